"""The jobs that publish: one for many changes, and none is lost while one ends."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from redis import Redis

from application.objects import publishing
from domain.errors import StoreUnavailable
from entrypoints import jobs
from entrypoints.sandbox import Platform
from entrypoints.sandbox.fixtures import location
from tests.http.hub_server import HubServer, hub_server

_LATE = datetime(9999, 1, 1, tzinfo=UTC)


@pytest.fixture
def served(
    mongo_url: str, database_name: str, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[HubServer]:
    """A hub in this process; jobs that are called here find it."""
    with hub_server(mongo_url, database_name, redis_url) as running:
        monkeypatch.setattr(jobs, "_container", lambda: running.container)
        yield running


@pytest.fixture
def push(served: HubServer) -> Iterator[Callable[[str], None]]:
    """A CPO pushes a location of this id; an eMSP reads it. Nothing else is to be published."""
    with (
        Platform([("CPO", "DE", "ABC", "A")]) as cpo,
        Platform([("EMSP", "NL", "MS1", "M")]) as msp,
    ):
        served.register(cpo, "CPO:DE:ABC")
        served.register(msp, "EMSP:NL:MS1")
        jobs.drain()

        def pushed(name: str) -> None:
            body = location("DE", "ABC", id=name)
            assert cpo.hub.push("PUT", "locations", ["DE", "ABC", name], body).ok

        yield pushed


@pytest.fixture
def waiting(redis_url: str, push: object) -> Iterator[Callable[[], int]]:
    """How many jobs wait in the queue `publish` from here on."""
    with Redis.from_url(redis_url) as client:
        client.delete("rq:queue:publish")
        yield lambda: int(client.llen("rq:queue:publish"))


def unpublished(served: HubServer) -> list[str]:
    objects = served.container.hub.publisher.objects
    return [each.key.id for each in objects.unpublished(before=_LATE, limit=99)]


def owed(served: HubServer) -> set[str]:
    return {
        each.key.id
        for each in served.container.hub.delivery_overview.owed()
        if each.key.module == "locations"
    }


def test_one_job_publishes_all_that_was_pushed(
    served: HubServer, push: Callable[[str], None], waiting: Callable[[], int]
) -> None:
    for name in ("LOC1", "LOC2", "LOC3"):
        push(name)
    assert waiting() == 1

    jobs.drain()

    assert (unpublished(served), owed(served)) == ([], {"LOC1", "LOC2", "LOC3"})
    push("LOC4")
    assert waiting() == 2


def test_what_is_pushed_after_the_last_look_of_a_job_is_published_by_it(
    served: HubServer,
    push: Callable[[str], None],
    waiting: Callable[[], int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    late, publisher = ["LOC2"], served.container.hub.publisher

    def drain(*, seconds: float) -> bool:
        more = publisher.drain(seconds=seconds)
        if late:
            push(late.pop())
        return more

    inside = SimpleNamespace(
        wake=served.container.wake,
        wake_once=served.container.wake_once,
        hub=SimpleNamespace(publisher=SimpleNamespace(drain=drain)),
    )
    monkeypatch.setattr(jobs, "_container", lambda: inside)
    monkeypatch.setattr(jobs, "DRAIN_S", 60.0)
    push("LOC1")

    jobs.drain()

    assert (unpublished(served), waiting()) == ([], 1)


def test_what_is_pushed_right_after_others_wakes_no_further_job(
    served: HubServer,
    push: Callable[[str], None],
    waiting: Callable[[], int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    soon = ["LOC2", "LOC3"]

    def gather() -> None:
        if soon:
            push(soon.pop())

    monkeypatch.setattr(jobs, "_let_changes_gather", gather)
    monkeypatch.setattr(jobs, "DRAIN_S", 60.0)
    push("LOC1")

    jobs.drain()

    assert (unpublished(served), owed(served)) == ([], {"LOC1", "LOC2", "LOC3"})
    assert waiting() == 1


def test_a_job_ends_while_there_is_work_and_leaves_it_to_the_next(
    served: HubServer,
    push: Callable[[str], None],
    waiting: Callable[[], int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(jobs, "DRAIN_S", -1.0)
    monkeypatch.setattr(publishing, "AT_ONCE", 2)
    for name in ("LOC1", "LOC2", "LOC3"):
        push(name)

    jobs.drain()

    assert (unpublished(served), waiting()) == (["LOC3"], 2)
    jobs.drain()
    assert (unpublished(served), waiting()) == ([], 2)


def test_a_job_of_the_version_before_publishes_its_object(
    served: HubServer, push: Callable[[str], None]
) -> None:
    push("LOC1")
    push("LOC2")

    jobs.publish("locations/DE/ABC/LOC1")

    assert (unpublished(served), owed(served)) == (["LOC2"], {"LOC1"})


def test_a_job_that_fails_lets_the_next_change_wake_another(
    served: HubServer,
    push: Callable[[str], None],
    waiting: Callable[[], int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def away(_: object, **__: object) -> bool:
        raise StoreUnavailable("the store is away")

    push("LOC1")
    with monkeypatch.context() as broken:
        broken.setattr(publishing.Publisher, "drain", away)
        with pytest.raises(StoreUnavailable):
            jobs.drain()

    push("LOC2")

    assert waiting() == 2
