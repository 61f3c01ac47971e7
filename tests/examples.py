"""How many examples a property is tried with: all in `make test`, a quarter in the inner loop."""

import os

_SHARE = 4 if os.environ.get("HUB_FEW_EXAMPLES") else 1


def examples(most: int) -> int:
    """So many of `most`."""
    return max(1, most // _SHARE)
