"""Requests that are made from our own OpenAPI documents, by thousands, as a partner sends them."""

import base64
import os
import re
import subprocess
from pathlib import Path

import pytest
import requests

from tests.conformance.guests import Join
from tests.conformance.running import RunningHub
from tests.hostile.table import Tell

_ROOT = Path(__file__).parents[2]
_TOOLS = _ROOT / ".cache" / "attack" / "bin"
_SECONDS = int(os.environ.get("ATTACK_SECONDS") or 600)
_HANGS_AFTER_S = "60"
_DOCUMENTS = ("openapi.json", "ocpi.openapi.json")
_MADE = re.compile(r"(\d+) generated")


@pytest.mark.attack
@pytest.mark.parametrize("name", _DOCUMENTS)
def test_our_own_description_is_valid(hub: RunningHub, tmp_path: Path, name: str) -> None:
    document = _written(hub, tmp_path, name)

    checked = _tool("openapi-spec-validator", str(document))

    assert checked.returncode == 0, checked.stdout


@pytest.mark.attack
@pytest.mark.parametrize("name", _DOCUMENTS)
def test_no_generated_request_is_answered_but_in_the_envelope(
    hub: RunningHub, join: Join, tmp_path: Path, tell: Tell, name: str
) -> None:
    partner = join("CPO", "EMSP")
    document = _written(hub, tmp_path, name)
    peer = partner.connection.peer
    assert peer is not None
    token = base64.b64encode(peer.token.encode()).decode()

    ran = _attacked(hub, document, token, seconds=_SECONDS // len(_DOCUMENTS))

    made = _MADE.search(ran.stdout)
    tell(f"{made[1] if made else 'no'} requests made from {name}", _in_short(ran.stdout))
    assert made is not None, ran.stdout
    assert ran.returncode == 0, ran.stdout[-4000:]


def _attacked(
    hub: RunningHub, document: Path, token: str, *, seconds: int
) -> subprocess.CompletedProcess[str]:
    """But for the writes of credentials: they take the attacker's own token away."""
    return _tool(
        "schemathesis",
        "run",
        str(document),
        *("--url", hub.url),
        *("--header", f"Authorization: Token {token}"),
        *("--checks", "answers_as_a_hub"),
        *("--exclude-path-regex", "credentials"),
        *("--phases", "fuzzing"),
        *("--max-time", str(seconds)),
        *("--max-examples", "100000"),
        *("--request-timeout", _HANGS_AFTER_S),
        *("--continue-on-failure", "--no-color", "--workers", "2"),
    )


def _tool(name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    hooks = {"SCHEMATHESIS_HOOKS": "tests/hostile/generated_checks.py"}
    return subprocess.run(
        [str(_TOOLS / name), *arguments],
        cwd=_ROOT,
        env=os.environ | hooks,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


def _written(hub: RunningHub, folder: Path, name: str) -> Path:
    answer = requests.get(f"{hub.url}/hub/v1/{name}", timeout=60)
    path = folder / name
    path.write_bytes(answer.content)
    return path


def _in_short(told: str) -> str:
    lines = [line.strip(" =") for line in told.splitlines() if line.strip(" =")]
    return lines[-1] if lines else "nothing"
