"""No question of the hub costs more than its answer is worth, however much there is (C12).

With 100,000 records in each collection, no question reads more documents than 10 for each that it
is answered with, and 100. A count reads keys of an index and no documents.
"""

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial, wraps
from typing import Any
from uuid import uuid4

import pytest
from pymongo import MongoClient

from adapters import mongo as stores
from adapters.mongo import Mongo
from tests.contracts.asking import QUESTIONS
from tests.contracts.costs import Costs, costs_of
from tests.contracts.multitudes import multitude

pytestmark = pytest.mark.timeout(600)
_ENOUGH_S = 300.0


@dataclass
class Asked:
    """What each question cost, and which methods of the stores were called for them."""

    costs: dict[str, Costs] = field(default_factory=dict)
    called: set[str] = field(default_factory=set)


@pytest.fixture(scope="module")
def asked(mongo_url: str) -> Iterator[Asked]:
    """Every question, asked once."""
    name = f"multitude_{uuid4().hex}"
    mongo, found = Mongo(mongo_url, name, timeout_s=_ENOUGH_S), Asked()
    multitude(mongo)
    with pytest.MonkeyPatch.context() as patch:
        for store, method in _methods():
            watched = _noting(getattr(store, method), f"{store.__name__}.{method}", found.called)
            patch.setattr(store, method, watched)
        for question, ask in QUESTIONS.items():
            found.costs[question] = costs_of(mongo, partial(ask, mongo))
    mongo.close()
    yield found
    with MongoClient[dict[str, object]](mongo_url) as client:
        client.drop_database(name)


def _methods() -> list[tuple[type, str]]:
    """What the stores on MongoDB offer: all that a port asks for is among it."""
    classes = [each for name in stores.__all__ if inspect.isclass(each := getattr(stores, name))]
    return [
        (store, name)
        for store in classes
        if store is not Mongo
        for name, method in vars(store).items()
        if inspect.isfunction(method) and not name.startswith("_")
    ]


def _noting(method: Callable[..., Any], name: str, called: set[str]) -> Callable[..., Any]:
    @wraps(method)
    def noted(*arguments: Any, **named: Any) -> Any:
        called.add(name)
        return method(*arguments, **named)

    return noted


@pytest.mark.parametrize("question", QUESTIONS)
def test_what_a_question_reads_grows_with_its_answer_alone(asked: Asked, question: str) -> None:
    costs = asked.costs[question]

    assert costs.is_bounded, str(costs)


def test_every_method_of_every_store_is_asked(asked: Asked) -> None:
    assert {f"{store.__name__}.{method}" for store, method in _methods()} == asked.called
