"""A developer who interrupts the tests finds no process of theirs afterwards."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import pytest

from tests.e2e.hub_process import processes_with, until

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]

ROOT = Path(__file__).parents[2]
_MARK = "OF_THE_INTERRUPTED_TESTS"
_PATIENCE_S = 120.0
_ANY = "tests/conformance/test_types.py"


@pytest.mark.parametrize(("number", "workers"), [(signal.SIGINT, "0"), (signal.SIGTERM, "1")])
def test_no_process_outlives_the_tests(number: signal.Signals, workers: str) -> None:
    value = uuid4().hex
    mark = f"{_MARK}={value}"
    with _begun(workers, value) as tests:
        try:
            until(lambda: len(processes_with(mark, "gunicorn")) > 1, _PATIENCE_S)
        finally:
            tests.send_signal(number)
        tests.wait(_PATIENCE_S)
    until(lambda: not processes_with(mark), _PATIENCE_S)


def _begun(workers: str, value: str) -> "subprocess.Popen[bytes]":
    words = [sys.executable, "-m", "pytest", "-q", "-n", workers]
    return subprocess.Popen(
        [*words, _ANY],
        cwd=ROOT,
        env=os.environ | {_MARK: value},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
