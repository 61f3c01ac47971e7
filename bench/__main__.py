"""Runs every benchmark against a fresh hub and says which limit was broken: exit 1 then."""

import sys
import tempfile
from pathlib import Path

from bench.neighbours import Load, kept_within_limit


def main() -> int:
    """The exit status."""
    with tempfile.TemporaryDirectory() as folder:
        runs = kept_within_limit(Path(folder), Load())
        for neighbours in runs:
            print(neighbours)
    return 0 if runs[-1].is_within_limit else 1


if __name__ == "__main__":
    sys.exit(main())
