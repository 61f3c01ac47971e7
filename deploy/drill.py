#!/usr/bin/env python3
"""Back up a hub's MongoDB, restore it, and prove it: practise that before you need it.

    drill.py backup  --to DIR --mongo-url URL                   by mongodump, with the oplog
    drill.py backup  --to DIR --mongo-url URL --dbpath FOLDER   by a copy of this member's files
    drill.py restore --from DIR --mongo-url URL                 a dump: by mongorestore
    drill.py restore --from DIR --dbpath FOLDER                 files: into an empty folder
    drill.py prove                                              by the hub's own commands

Run it with the Python of the hub's venv. A copy of files stops the member's writes while it lasts,
so take it of a secondary, on its machine; a mongod of the same version reads them. No backup has
the secrets: HUB_SECRET_KEYS and HUB_TOKEN_PEPPER are kept elsewhere, and are needed with it.
"""

import argparse
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from pymongo import MongoClient
from pymongo.errors import PyMongoError

NOTE = "backup.json"
ARCHIVE, FILES = "dump.archive.gz", "files"
NOT_COPIED = ("mongod.lock", "diagnostic.data", "*.sock", "mongod.log*")
STARTS_WITHIN_S = 60.0
STATES = ("delivered", "pending", "refused", "parked", "by_pull")


class CannotDrill(Exception):
    """What a person can put right, as one line."""


def backup(to: Path, mongo_url: str, dbpath: Path | None) -> None:
    """Leave a backup in `to`, which is empty or not there."""
    if to.exists() and any(to.iterdir()):
        raise CannotDrill(f"{to} is not empty: each backup has a folder of its own")
    to.mkdir(parents=True, exist_ok=True, mode=0o700)
    began = time.time()
    if dbpath is None:
        run_on(mongo_url, "mongodump", "--oplog", "--gzip", f"--archive={to / ARCHIVE}")
    else:
        with nothing_written(mongo_url, dbpath):
            shutil.copytree(dbpath, to / FILES, ignore=shutil.ignore_patterns(*NOT_COPIED))
    note = {"way": "dump" if dbpath is None else "files", "began": began, "s": time.time() - began}
    (to / NOTE).write_text(json.dumps(note) + "\n")
    said(f"backed up in {note['s']:.1f} s: {to}")


def restore(source: Path, mongo_url: str | None, dbpath: Path | None, mongod: str) -> None:
    """Put a backup into a MongoDB, or into an empty folder for one."""
    way = json.loads((source / NOTE).read_text())["way"]
    began = time.time()
    if way == "dump":
        if mongo_url is None:
            raise CannotDrill("a dump goes into a MongoDB that runs: --mongo-url URL")
        given = (f"--archive={source / ARCHIVE}", "--gzip", "--oplogReplay", "--drop")
        run_on(mongo_url, "mongorestore", *given)
    else:
        if dbpath is None:
            raise CannotDrill("files go into an empty folder: --dbpath FOLDER")
        if dbpath.exists() and any(dbpath.iterdir()):
            raise CannotDrill(f"{dbpath} is not empty: move away what is there")
        shutil.copytree(source / FILES, dbpath, dirs_exist_ok=True)
        forget_the_set(dbpath, mongod)
        said("start mongod on it with --replSet, and initiate the set: rs.initiate()")
    said(f"restored in {time.time() - began:.1f} s")


def prove() -> None:
    """Ask the hub's own commands, with the settings of the environment."""
    asks("prepare")
    count = json.loads(asks("cdr", "verify", "--json", fails=True))
    known = sum(count[name] for name in STATES)
    unowed = len(count["unowed"])
    if count["damaged"] or known + unowed != count["archived"]:
        raise CannotDrill("`ocpi-hub cdr verify` does not hold")
    if unowed:
        said(f"{unowed} CDRs came in as the backup was made: the sweeper will owe them")
    asks("audit", "verify")
    said("it holds")


def asks(*words: str, fails: bool = False) -> str:
    """What one of the hub's commands printed; `fails`: its exit status is not looked at."""
    said(f"$ ocpi-hub {' '.join(words)}")
    hub = Path(sys.executable).with_name("ocpi-hub")
    done = subprocess.run([hub, *words], stdout=subprocess.PIPE, text=True, check=False)
    said(done.stdout.rstrip())
    if done.returncode != 0 and not (fails and done.stdout):
        raise CannotDrill(f"`ocpi-hub {' '.join(words)}` does not hold")
    return done.stdout


@contextmanager
def nothing_written(mongo_url: str, dbpath: Path) -> Iterator[None]:
    """While it lasts the member's files stay as they are; afterwards it writes on."""
    with MongoClient[dict[str, object]](
        mongo_url, directConnection=True, serverSelectionTimeoutMS=5000
    ) as client:
        its_own = client.admin.command("getCmdLineOpts")["parsed"].get("storage", {}).get("dbPath")
        if its_own is None or Path(its_own).resolve() != dbpath.resolve():
            raise CannotDrill(f"the member at --mongo-url has its files in {its_own}")
        client.admin.command("fsync", lock=True)
        try:
            yield
        finally:
            client.admin.command("fsyncUnlock")


def forget_the_set(dbpath: Path, mongod: str) -> None:
    """The copy knows the set that it was of: without its `local` it can be the first of another."""
    port, log = free_port(), dbpath.with_name(f"{dbpath.name}-restore.log")
    command = [mongod, "--dbpath", str(dbpath), "--port", str(port), "--bind_ip", "127.0.0.1"]
    quiet = ["--nounixsocket", "--setParameter", "disableLogicalSessionCacheRefresh=true"]
    with log.open("ab") as output:
        alone = subprocess.Popen([*command, *quiet], stdout=output, stderr=output)
    try:
        with MongoClient[dict[str, object]](f"127.0.0.1:{port}", directConnection=True) as client:
            while alone.poll() is None and not answers(client):
                time.sleep(0.1)
            if alone.poll() is not None:
                raise CannotDrill(f"mongod does not start on the copy: {log} says why")
            client.drop_database("local")
    finally:
        alone.terminate()
        alone.wait(STARTS_WITHIN_S)


def answers(client: MongoClient[dict[str, object]]) -> bool:
    """Whether it is up."""
    try:
        return bool(client.admin.command("ping")["ok"])
    except PyMongoError:
        return False


def free_port() -> int:
    """One that no program listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def run_on(mongo_url: str, program: str, *words: str) -> None:
    """Run one of MongoDB's tools on the whole server; all users see the words, and no password."""
    found = shutil.which(program)
    if found is None:
        way = "install MongoDB's database tools, or copy a member's files (--dbpath)"
        raise CannotDrill(f"no {program} here: {way}")
    whole = urlsplit(mongo_url)._replace(path="/").geturl()
    with tempfile.NamedTemporaryFile("w", suffix=".yml") as settings:
        settings.write(f"uri: {json.dumps(whole)}\n")
        settings.flush()
        done = subprocess.run([found, f"--config={settings.name}", *words], check=False)
    if done.returncode != 0:
        raise CannotDrill(f"{program} failed")


def said(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def asked() -> argparse.Namespace:
    """The words of the command."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    acts = parser.add_subparsers(dest="act", required=True)
    taking = acts.add_parser("backup")
    taking.add_argument("--to", type=Path, required=True)
    taking.add_argument("--mongo-url", default=os.environ.get("HUB_MONGO_URL"))
    taking.add_argument("--dbpath", type=Path)
    giving = acts.add_parser("restore")
    giving.add_argument("--from", dest="source", type=Path, required=True)
    giving.add_argument("--mongo-url")
    giving.add_argument("--dbpath", type=Path)
    giving.add_argument("--mongod", default="mongod")
    acts.add_parser("prove")
    return parser.parse_args()


def main() -> None:
    """Do one step; what was foreseen to go wrong is one line on stderr and exit 1."""
    given = asked()
    try:
        if given.act == "backup":
            if given.mongo_url is None:
                raise CannotDrill("which MongoDB? --mongo-url URL, or HUB_MONGO_URL")
            backup(given.to, given.mongo_url, given.dbpath)
        elif given.act == "restore":
            restore(given.source, given.mongo_url, given.dbpath, given.mongod)
        else:
            prove()
    except (CannotDrill, PyMongoError, OSError) as reason:
        sys.exit(f"drill: {reason}")


if __name__ == "__main__":
    main()
