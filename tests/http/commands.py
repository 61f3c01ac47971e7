"""Operators' commands as `ocpi-hub` runs them, in this process: one in its own costs a second."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from decimal import Decimal
from io import StringIO
from typing import Any
from unittest.mock import patch

from entrypoints.cli import main
from tests.http.hub_server import HubServer, misspelled


def run(hub: HubServer, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run one command to its end, with the settings of this hub."""
    return run_by(hub.environment, *arguments)


def run_by(environment: Mapping[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run one command to its end, with these settings beside those of the tests."""
    words = ["ocpi-hub", *arguments]
    out, err, code = StringIO(), StringIO(), 0
    with (
        patch.object(sys, "argv", words),
        patch.dict(os.environ, environment),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        try:
            main()
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    assert not misspelled(err.getvalue()), err.getvalue()
    return subprocess.CompletedProcess(words, code, out.getvalue(), err.getvalue())


def printed(hub: HubServer, *arguments: str) -> Any:
    """The one JSON value that a command prints, and nothing else."""
    ended = run(hub, *arguments, "--json")
    assert (ended.returncode, ended.stderr) == (0, "")
    return json.loads(ended.stdout, parse_float=Decimal)


def failed(hub: HubServer, *arguments: str) -> str:
    """The one line on stderr of a command that could not do it."""
    ended = run(hub, *arguments)
    assert (ended.returncode, ended.stdout) == (1, "")
    [line] = ended.stderr.splitlines()
    return line
