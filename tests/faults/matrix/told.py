"""Processes beside the hub that are told what to do, a line in and a line out."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from entrypoints.tether import tethered
from tests.faults.matrix import proxy

ROOT = Path(__file__).parents[3]


@dataclass
class ToldProcess:
    """It ends when its standard input does."""

    process: "subprocess.Popen[bytes]"

    @classmethod
    def start(cls, *arguments: str, log: Path) -> "ToldProcess":
        """Python with these arguments."""
        with log.open("ab") as errors:
            process = subprocess.Popen(
                tethered([sys.executable, *arguments]),
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
            )
        return cls(process)

    def told(self, line: bytes) -> bytes:
        """What it answers."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(line + b"\n")
        self.process.stdin.flush()
        return self.process.stdout.readline()

    def end(self) -> None:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        self.process.wait(10)
        self.process.stdout.close()


@dataclass(frozen=True)
class PartnersProcess:
    """The process that all partner platforms live in."""

    process: ToldProcess

    @classmethod
    def start(cls, log: Path) -> "PartnersProcess":
        return cls(ToldProcess.start("-m", "tests.faults.matrix.partners", log=log))

    def tell(self, do: str, **what: Any) -> Any:
        """What it answers; fails if it could not do it."""
        answer = json.loads(self.process.told(json.dumps({"do": do, **what}).encode()))
        assert "done" in answer, answer
        return answer["done"]


@dataclass(frozen=True)
class ProxyProcess:
    """The way to a server, which can be broken."""

    process: ToldProcess

    @classmethod
    def start(cls, listen: int, target: int, log: Path) -> "ProxyProcess":
        program = str(Path(proxy.__file__))
        return cls(ToldProcess.start("-I", program, str(listen), str(target), log=log))

    def goes(self, mode: str) -> int:
        """`pass`, `cut` or `swallow` from now on; how often what it did before has hit."""
        return int(self.process.told(mode.encode()))
