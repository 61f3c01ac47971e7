"""Who gets into the hub API, and what every answer of it has."""

import json
import re
from typing import Any

import pytest

from entrypoints.hub_api.route import Who
from entrypoints.hub_api.routes import ROUTES
from entrypoints.ocpi.routes import ROUTES as OCPI_ROUTES
from entrypoints.sandbox import Platform
from tests.http.hub_server import HubServer

_NAMES = ("partner", "delivery_id", "agreement_id", "ref", "currency")


@pytest.mark.parametrize("token", ["", "unknown"])
@pytest.mark.parametrize("path", ["/locations", "/partners", "/nowhere"])
def test_without_a_known_token_nothing_is_told(hub: HubServer, path: str, token: str) -> None:
    answer = hub.call("GET", path, token=token)

    assert (answer.status, answer.code) == (401, 2000)


def test_an_invitation_opens_nothing_here(hub: HubServer) -> None:
    roles = [{"role": "CPO", "country_code": "DE", "party_id": "ABC"}]
    invited = hub.call("POST", "/partners", body={"name": "ABC", "roles": roles})

    assert hub.call("GET", "/locations", token=invited.data["token"]).status == 401


@pytest.mark.parametrize(
    ("method", "path"),
    [(line.method, line.path) for line in ROUTES if line.who is Who.OPERATOR],
)
def test_operators_endpoints_are_closed_to_partners(
    hub: HubServer, cpo: Platform, method: str, path: str
) -> None:
    for name in _NAMES:
        path = path.replace(f"<{name}>", "DE-ABC")

    answer = hub.call(method, path, by=cpo.hub)

    assert (answer.status, answer.code) == (403, 2000)


def test_the_operator_pushes_no_locations(hub: HubServer) -> None:
    answer = hub.call("PUT", "/locations/LOC1", body={})

    assert (answer.status, answer.code) == (403, 2000)


def test_answers_echo_the_ids_and_have_the_envelope(hub: HubServer) -> None:
    answer = hub.call("GET", "/partners/", headers={"X-Correlation-ID": "corr-1"})

    assert (answer.status, answer.code, answer.message) == (200, 1000, "Success")
    assert answer.headers["x-correlation-id"] == "corr-1"
    assert answer.headers["x-request-id"] == answer.request_id


def test_what_is_not_there_has_an_envelope_too(hub: HubServer) -> None:
    assert [hub.get(path).status for path in ("/nowhere", "/partners/unknown")] == [404, 404]
    assert hub.get("/nowhere").code == 2000
    assert hub.call("DELETE", "/lanes").status == 405


def test_the_description_is_open_to_all_and_names_every_endpoint(hub: HubServer) -> None:
    answer = hub.call("GET", "/openapi.json", token="")
    document = json.loads(answer.raw)

    described = {
        (method.upper(), path)
        for path, item in document["paths"].items()
        for method in item
        if method != "parameters"
    }
    mounted = {
        (line.method, "/hub/v1" + line.path.replace("<", "{").replace(">", "}")) for line in ROUTES
    }
    assert answer.status == 200
    assert described == mounted


def test_the_description_of_ocpi_is_open_to_all_and_names_every_endpoint(hub: HubServer) -> None:
    answer = hub.call("GET", "/ocpi.openapi.json", token="")
    document = json.loads(answer.raw)

    described = {
        (method.upper(), path) for path, item in document["paths"].items() for method in item
    }
    mounted = {
        (line.method, re.sub("<([a-z_]+)>", r"{\1}", f"/ocpi{line.prefix}{path}"))
        for line in OCPI_ROUTES
        for path in line.paths
    }
    assert answer.status == 200
    assert described == mounted


@pytest.mark.parametrize("name", ["/openapi.json", "/ocpi.openapi.json"])
def test_every_reference_in_a_description_leads_somewhere(hub: HubServer, name: str) -> None:
    document = json.loads(hub.call("GET", name, token="").raw)

    for reference in _references(document):
        found = document
        for step in reference.removeprefix("#/").split("/"):
            found = found[step]


def test_what_every_answer_holds_is_described(hub: HubServer) -> None:
    document = json.loads(hub.call("GET", "/openapi.json", token="").raw)

    untyped = [
        f"{method} {path} {status}"
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if method != "parameters"
        for status, answer in operation["responses"].items()
        for part in _parts(answer)
        if "data" in part.get("properties", {})
        and not _is_typed(document, part["properties"]["data"])
    ]
    assert untyped == []


def _parts(answer: Any) -> list[Any]:
    schema = answer.get("content", {}).get("application/json", {}).get("schema", {})
    return [schema, *schema.get("allOf", [])]


def _is_typed(document: Any, schema: Any) -> bool:
    """Whether it says what is in it: a scalar, entries that are typed, fields, or another's."""
    if "$ref" in schema:
        found = document
        for step in schema["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        return "additionalProperties" in found or _is_typed(document, found)
    if "allOf" in schema:
        return all(_is_typed(document, each) for each in schema["allOf"])
    if schema.get("type") == "array":
        return _is_typed(document, schema.get("items", {}))
    if schema.get("type") == "object":
        return bool(schema.get("properties"))
    return bool(schema.keys() & {"type", "enum", "const"})


def _references(value: Any) -> list[str]:
    if isinstance(value, list):
        return [each for entry in value for each in _references(entry)]
    if not isinstance(value, dict):
        return []
    own = [value["$ref"]] if "$ref" in value else []
    return own + [each for entry in value.values() for each in _references(entry)]
