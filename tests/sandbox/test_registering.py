"""The handshake between two platforms over real sockets: tokens, callbacks, refusals."""

from collections.abc import Iterator

import pytest

from entrypoints.sandbox import Platform, RegistrationRefused
from entrypoints.sandbox.wire import authorization
from tests.sandbox.peers import registered_pair

CPO = ("CPO", "DE", "ABC", "ABC Charging")
EMSP = ("EMSP", "NL", "MS1", "Mobility One")


@pytest.fixture
def cpo() -> Iterator[Platform]:
    with Platform([CPO]) as platform:
        yield platform


@pytest.fixture
def hub() -> Iterator[Platform]:
    with Platform([EMSP], hub_party_id="NLHUB") as platform:
        yield platform


def test_a_handshake_gives_each_side_a_token_of_the_other(cpo: Platform, hub: Platform) -> None:
    answer = cpo.hub.register(hub.versions_url, hub.invite())

    assert (answer.status, answer.code) == (201, 1000)
    assert cpo.hub.credentials().data["token"] == answer.data["token"]
    assert cpo.hub.hub_party == ("NL", "HUB")
    assert hub.hub.credentials().ok


def test_the_sender_is_called_back_with_its_new_token_while_it_waits(
    cpo: Platform, hub: Platform
) -> None:
    cpo.hub.register(hub.versions_url, hub.invite())

    [post] = [sent for sent in cpo.sent if sent.method == "POST"]
    versions, details = cpo.received
    assert (versions.module, details.module) == ("versions", "details")
    assert post.at < versions.at
    token_b = hub.connection.peer
    assert token_b is not None
    assert versions.headers["authorization"] == authorization(token_b.token)


def test_an_invitation_opens_nothing_but_versions_and_credentials(hub: Platform) -> None:
    token = hub.invite()

    def status(method: str, url: str) -> int:
        return hub.hub.call(method, url, token=token).status

    assert status("GET", hub.versions_url) == 200
    assert status("GET", f"{hub.profile.base}/2.3.0/credentials") == 200
    assert status("PUT", f"{hub.profile.base}/2.3.0/credentials") == 405
    assert status("DELETE", f"{hub.profile.base}/2.3.0/credentials") == 405
    assert status("GET", hub.profile.endpoint("tokens", "SENDER")) == 401


def test_an_invitation_is_good_once(cpo: Platform, hub: Platform) -> None:
    token = hub.invite()
    cpo.hub.register(hub.versions_url, token)

    assert hub.hub.call("GET", hub.versions_url, token=token).status == 401


def test_a_token_that_is_not_encoded_is_refused_and_the_ids_come_back(hub: Platform) -> None:
    raw = {"Authorization": f"Token {hub.invite()}!", "X-Request-ID": "R-1"}

    answer = hub.hub.call("GET", hub.versions_url, headers=raw)

    assert (answer.status, answer.code) == (401, 2000)
    assert answer.headers["x-request-id"] == "R-1"
    assert answer.headers["x-correlation-id"] == answer.correlation_id


@pytest.mark.parametrize(
    ("fault", "module", "code"), [("http:500", "versions", 3001), ("html", "details", 3001)]
)
def test_a_failed_callback_is_told_and_leaves_the_invitation_good(
    cpo: Platform, hub: Platform, fault: str, module: str, code: int
) -> None:
    token = hub.invite()
    cpo.behave(fault, module)
    with pytest.raises(RegistrationRefused) as refused:
        cpo.hub.register(hub.versions_url, token)
    cpo.behave("well")

    assert refused.value.answer.code == code
    assert cpo.hub.register(hub.versions_url, token).ok


def test_a_version_that_the_sender_does_not_list_is_refused(cpo: Platform, hub: Platform) -> None:
    cpo.publish(versions=["2.2.1"])

    with pytest.raises(RegistrationRefused) as refused:
        cpo.hub.register(hub.versions_url, hub.invite(), version="2.3.0")

    assert refused.value.answer.code == 3002


def test_renewed_credentials_replace_both_tokens() -> None:
    with registered_pair() as (cpo, hub):
        before = cpo.hub.peer.token

        assert cpo.hub.rotate().status == 200

        assert hub.hub.call("GET", hub.versions_url, token=before).status == 401
        assert cpo.hub.credentials().ok
        assert hub.hub.credentials().ok


def test_who_has_unregistered_is_unknown() -> None:
    with registered_pair() as (cpo, hub):
        token = cpo.hub.peer.token

        assert cpo.hub.unregister().ok

        assert hub.hub.call("GET", hub.versions_url, token=token).status == 401
        assert cpo.connection.peer is None


def test_credentials_and_endpoints_outlive_the_process(
    tmp_path_factory: pytest.TempPathFactory, hub: Platform
) -> None:
    folder = tmp_path_factory.mktemp("cpo")
    with Platform([CPO], data_dir=folder) as cpo:
        cpo.hub.register(hub.versions_url, hub.invite())
        url = cpo.url

    with Platform([CPO], data_dir=folder) as again:
        assert again.url == url
        assert again.hub.credentials().ok
        assert hub.hub.credentials().ok
