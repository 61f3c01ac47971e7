"""What schemathesis holds every answer against; it loads this by itself, in its own venv."""

import json

import schemathesis

_OUR_OWN_FAULT = 3000


@schemathesis.check
def answers_as_a_hub(
    ctx: schemathesis.CheckContext, response: schemathesis.Response, case: schemathesis.Case
) -> None:
    """No answer is the hub's own fault, and each comes in the envelope.

    The hub API answers 503 where a partner does not answer: that is no fault of the hub.
    """
    if response.status_code >= 500 and response.status_code != 503:
        raise AssertionError(f"HTTP {response.status_code}")
    try:
        envelope = json.loads(response.content)
    except ValueError as wrong:
        raise AssertionError(f"no JSON: {response.content[:80]!r}") from wrong
    if response.status_code == 200 and case.operation.path.endswith("openapi.json"):
        return
    if not isinstance(envelope, dict) or "timestamp" not in envelope:
        raise AssertionError("no envelope")
    if envelope.get("status_code") == _OUR_OWN_FAULT:
        raise AssertionError(f"status_code 3000: {envelope.get('status_message')}")
