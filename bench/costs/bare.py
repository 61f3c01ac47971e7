"""The floor that gunicorn serves beside the hub: routes that decide nothing.

`/bare` answers, `/insert` stores the body with majority in the hub's own mongod first, `/list`
answers 2 MB.
"""

import os
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

from bson import Binary
from pymongo import MongoClient, WriteConcern
from pymongo.collection import Collection

LIST_BYTES = 2_050_000
_OK = (
    b'{"data":[],"status_code":1000,"status_message":"Success","timestamp":"2026-01-15T08:00:00Z"}'
)
_LIST = _OK.replace(b"[]", b'["' + b"x" * LIST_BYTES + b'"]')


def application(environ: dict[str, Any], start: Callable[..., object]) -> Iterable[bytes]:
    """One WSGI call."""
    body = environ["wsgi.input"].read()
    if environ["PATH_INFO"] == "/insert":
        _stored().insert_one({"body": Binary(body)})
    answer = _LIST if environ["PATH_INFO"] == "/list" else _OK
    start("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(answer)))])
    return [answer]


@cache
def _stored() -> Collection[dict[str, Any]]:
    """One client a process, made at its first use: after the fork."""
    client: MongoClient[dict[str, Any]] = MongoClient(os.environ["BENCH_MONGO_URL"])
    majority = WriteConcern(w="majority", j=True)
    return client["bench_floor"].get_collection("stored", write_concern=majority)
