"""The credentials handshake as decisions: whose roles, which version, which endpoints."""

from dataclasses import replace

import pytest

from application.modules import USED
from domain.errors import NoMatchingEndpoints, UnsupportedVersion
from domain.partners import registration
from domain.partners.party import Interface, PartyId, Role
from domain.partners.registration import Credentials, OfferedVersion
from tests.builders import (
    HUB,
    XYZ,
    Doc,
    a_role,
    an_endpoint,
    some_credentials,
)

V230 = OfferedVersion("2.3.0", "https://cpo.example/2.3.0")
V221 = OfferedVersion("2.2.1", "https://cpo.example/2.2.1")


def test_credentials_say_token_url_parties_and_which_hub() -> None:
    said = Credentials.of(some_credentials(a_role(), token="b", hub_party_id="dehub"))

    assert (said.token, said.url) == ("b", "https://cpo.example/versions")
    assert (said.roles, said.hub_party) == ((a_role(),), PartyId("DE", "HUB"))
    assert Credentials.of(some_credentials()).hub_party is None


def test_the_highest_version_of_both_is_chosen() -> None:
    assert registration.choose_version([V221, V230], ["2.3.0", "2.2.1"]) == V230
    assert registration.choose_version([V221], ["2.3.0", "2.2.1"]) == V221


@pytest.mark.parametrize(("offered", "said"), [([V221], "2.2.1"), ([], "none offered")])
def test_without_a_version_in_common_there_is_no_registration(
    offered: list[OfferedVersion], said: str
) -> None:
    with pytest.raises(UnsupportedVersion, match=said):
        registration.choose_version(offered, ["2.3.0"])


@pytest.mark.parametrize(
    ("role", "module", "interface", "useful"),
    [
        (Role.CPO, "locations", Interface.SENDER, True),
        (Role.CPO, "commands", Interface.RECEIVER, True),
        (Role.CPO, "locations", Interface.RECEIVER, False),
        (Role.EMSP, "locations", Interface.RECEIVER, True),
        (Role.EMSP, "tokens", Interface.SENDER, True),
        (Role.EMSP, "locations", Interface.SENDER, False),
        (Role.NSP, "tariffs", Interface.RECEIVER, True),
        (Role.NSP, "sessions", Interface.RECEIVER, False),
        (Role.NAP, "locations", Interface.SENDER, True),
        (Role.SCSP, "sessions", Interface.RECEIVER, True),
        (Role.OTHER, "cdrs", Interface.RECEIVER, True),
        (Role.PTP, "hubclientinfo", Interface.SENDER, False),
    ],
)
def test_an_endpoint_is_of_use_to_a_role(
    role: Role, module: str, interface: Interface, useful: bool
) -> None:
    endpoints = [an_endpoint("credentials"), an_endpoint(module, interface)]

    if useful:
        registration.check_endpoints(endpoints, [a_role(role)], useful=USED)
        return
    with pytest.raises(NoMatchingEndpoints):
        registration.check_endpoints(endpoints, [a_role(role)], useful=USED)


def test_an_endpoint_that_cannot_be_used_is_of_use_to_no_role() -> None:
    flawed = replace(an_endpoint("locations", Interface.SENDER), fault="url: not a URL")

    with pytest.raises(NoMatchingEndpoints):
        registration.check_endpoints([flawed], [a_role(Role.CPO)], useful=USED)


def test_one_useful_endpoint_for_one_of_the_roles_is_enough() -> None:
    roles = [a_role(Role.NSP), a_role(Role.CPO)]

    registration.check_endpoints([an_endpoint("cdrs", Interface.SENDER)], roles, useful=USED)


def test_the_credentials_endpoint_is_found_in_any_role() -> None:
    for interface in Interface:
        endpoint = an_endpoint("credentials", interface)
        assert registration.credentials_url([an_endpoint(), endpoint]) == endpoint.url

    with pytest.raises(NoMatchingEndpoints):
        registration.credentials_url([an_endpoint()])
    with pytest.raises(NoMatchingEndpoints):
        registration.credentials_url([replace(an_endpoint("credentials"), fault="url: no URL")])


def test_the_hub_names_itself_as_other_and_whom_it_reaches() -> None:
    own = registration.hub_credentials(
        token="c",
        versions_url="https://hub.example/ocpi/versions",
        hub=HUB,
        hub_name="The Hub",
        reachable=[a_role(Role.EMSP, XYZ)],
    )

    assert own == {
        "token": "c",
        "url": "https://hub.example/ocpi/versions",
        "hub_party_id": "NLHUB",
        "roles": [
            {
                "role": "OTHER",
                "country_code": "NL",
                "party_id": "HUB",
                "business_details": {"name": "The Hub"},
            },
            a_role(Role.EMSP, XYZ).as_credentials_role(),
        ],
    }


def test_a_versions_list_and_its_details_are_read_line_by_line() -> None:
    versions = registration.read_versions([{"version": "2.3.0", "url": V230.url}])
    lines: list[Doc] = [
        {"identifier": "credentials", "url": "https://x/credentials"},
        {"identifier": "nltrading-custom", "role": "RECEIVER", "url": "https://x/custom"},
    ]
    endpoints = [registration.read_endpoint(line) for line in lines]

    assert versions == (V230,)
    assert [(e.identifier, e.role) for e in endpoints] == [
        ("credentials", Interface.SENDER),
        ("nltrading-custom", Interface.RECEIVER),
    ]
