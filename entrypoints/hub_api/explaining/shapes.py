"""An explanation as it looks outside: what was looked at, the one reason, and what to do."""

from application.explaining.story import Explanation
from entrypoints.hub_api.shapes import Shape


def explanation_shape(explained: Explanation) -> Shape:
    """`checks` in the order in which the hub makes them; the last one decides.

    `outcome` is `yes`, `not_yet` or `no`; `advice` is None where there is nothing to do.
    """
    decided = explained.decided
    return {
        "question": explained.question,
        "outcome": explained.outcome.value,
        "decided_by": decided.name,
        "reason": decided.said,
        "advice": decided.advice or None,
        "checks": [
            {"check": each.name, "passed": each.is_passed, "said": each.said}
            for each in explained.checks
        ],
    }
