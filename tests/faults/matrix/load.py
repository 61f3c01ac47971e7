"""A CPO that goes on until it is answered: posts CDRs and reports a session, through every fault.

A process of its own on the standard library alone. Every request and every answer is on disk
(fsync) before the next one; that ledger is what the archive is held against (I1). Run as
`python load.py PLAN`; it goes on until its standard input ends, then finishes what it has begun.
"""

import base64
import copy
import http.client
import json
import os
import random
import sys
import threading
import time
import uuid
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

_GIVES_UP_AFTER_S = 90.0
_AGAIN_AFTER_S = 0.25


class Ledger:
    """Lines of JSON, each on disk when `write` returns."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        self._lock = threading.Lock()

    def write(self, **record: Any) -> None:
        line = json.dumps({"at": time.time(), **record}) + "\n"
        with self._lock:
            os.write(self._file, line.encode())
            os.fsync(self._file)


class Answer(NamedTuple):
    """`http` and `code` are 0 where no answer came."""

    http: int
    code: int
    body: str

    @property
    def is_final(self) -> bool:
        """Taken, or refused for good: a CPO does not ask again."""
        return 1000 <= self.code < 2000 or (self.code // 1000 == 2 and self.http < 500)


class Cpo:
    """One party of one platform, towards one hub and one eMSP."""

    def __init__(self, plan: dict[str, Any]) -> None:
        self.plan = plan
        self.ledger = Ledger(Path(plan["ledger"]))
        self.over = threading.Event()
        self.turns = threading.Semaphore(0)
        self.random = random.Random(plan["seed"])
        self.stamped = 0
        self.failure = ""

    def bills(self) -> None:
        """One CDR after the other, at least `least` of them, until it is over."""
        turn = random.Random(f"{self.plan['seed']}/cdrs")
        number = 0
        while self._goes_on(number):
            if number == self.plan["most"]:
                return
            number += 1
            cdr_id = f"{self.plan['prefix']}-{number}"
            cdr = copy.deepcopy(self.plan["cdr"]) | {"id": cdr_id}
            cdr["remark"] = "x" * turn.randrange(255)
            body = json.dumps(cdr, indent=turn.choice([None, 1])).encode()
            to = self.plan[turn.choice(self.plan["cdrs_to"])]
            self._until_final("POST", self.plan["cdrs_url"], body, to=to, kind="cdr", id=cdr_id)
            time.sleep(turn.uniform(0, 2 * self.plan["pause"]))

    def reports(self) -> None:
        """A session: a PUT, then PATCHes that append a period each, until it is over."""
        turn = random.Random(f"{self.plan['seed']}/session")
        session_id = f"{self.plan['prefix']}-S"
        url = f"{self.plan['sessions_url']}/{'/'.join(self.plan['cpo'])}/{session_id}"
        fresh = self.plan["session"] | {"id": session_id, "last_updated": self._stamp()}
        body = json.dumps(fresh).encode()
        named = {"kind": "session", "id": session_id}
        to = self.plan[self.plan["sessions_to"][-1]]
        self._until_final("PUT", url, body, to=to, **named)
        number = 0
        while self._goes_on(number):
            number += 1
            period = copy.deepcopy(self.plan["period"])
            period["dimensions"][0]["volume"] = number
            changed = {"kwh": number, "charging_periods": [period], "last_updated": self._stamp()}
            to = self.plan[turn.choice(self.plan["sessions_to"])]
            self._until_final("PATCH", url, json.dumps(changed).encode(), to=to, **named)
            time.sleep(turn.uniform(0, 2 * self.plan["pause"]))

    def _goes_on(self, number: int) -> bool:
        """Whether there is one more request to make; `paced`: once a line has come for it."""
        if self.plan["paced"]:
            self.turns.acquire()
        return number < self.plan["least"] or not self.over.is_set()

    def _stamp(self) -> str:
        """A time that was not used before, a second apart: OCPI compares no more than that."""
        self.stamped += 1
        return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(1_770_000_000 + self.stamped))

    def _until_final(
        self, method: str, url: str, body: bytes, *, to: list[str], kind: str, id: str
    ) -> None:
        """The same request again and again until it is taken or refused."""
        ends, said = time.monotonic() + _GIVES_UP_AFTER_S, {"kind": kind, "id": id}
        text = body.decode()
        self.ledger.write(event="begun", method=method, to=to, body=text, **said)
        while True:
            asked = time.monotonic()
            answer = self._ask(method, url, body, to)
            self.ledger.write(
                event="answered" if answer.is_final else "unanswered",
                method=method,
                http=answer.http,
                code=answer.code,
                answer=answer.body,
                body=text,
                took=time.monotonic() - asked,
                **said,
            )
            if answer.is_final:
                return
            if time.monotonic() > ends:
                raise TimeoutError(f"{method} {id} was never answered: {answer}")
            time.sleep(_AGAIN_AFTER_S)

    def _ask(self, method: str, url: str, body: bytes, to: list[str]) -> Answer:
        parts = urlsplit(url)
        assert parts.hostname
        wait_s = self.plan["patience"]
        connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=wait_s)
        try:
            connection.request(method, parts.path, body, self._headers(to))
            response = connection.getresponse()
            content = response.read()
        except (OSError, http.client.HTTPException) as failure:
            return Answer(0, 0, repr(failure))
        finally:
            connection.close()
        try:
            code = int(json.loads(content)["status_code"])
        except (ValueError, TypeError, KeyError):
            code = 0
        return Answer(response.status, code, content.decode(errors="replace"))

    def _headers(self, to: list[str]) -> dict[str, str]:
        token = base64.b64encode(self.plan["token"].encode()).decode()
        return {
            "Authorization": f"Token {token}",
            "Content-Type": "application/json",
            "X-Request-ID": str(uuid.uuid4()),
            "X-Correlation-ID": str(uuid.uuid4()),
            "OCPI-from-country-code": self.plan["cpo"][0],
            "OCPI-from-party-id": self.plan["cpo"][1],
            "OCPI-to-country-code": to[0],
            "OCPI-to-party-id": to[1],
        }


def main() -> None:
    """Exit 1 if something was never answered."""
    cpo = Cpo(json.loads(Path(sys.argv[1]).read_text()))
    work = [getattr(cpo, name) for name in cpo.plan["work"]]
    failures: list[BaseException] = []

    def run(task: Any) -> None:
        try:
            task()
        except BaseException as failure:  # noqa: BLE001 - the outermost frame of a thread
            failures.append(failure)

    threads = [threading.Thread(target=run, args=(task,)) for task in work]
    for thread in threads:
        thread.start()
    for _ in sys.stdin:
        cpo.turns.release()
    cpo.over.set()
    cpo.turns.release(len(threads))
    for thread in threads:
        thread.join()
    if failures:
        sys.exit(f"{failures}")


if __name__ == "__main__":
    main()
