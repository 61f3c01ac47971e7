"""The two tables are total: what one names the other serves, and nothing stands in neither."""

import ast
import re
from pathlib import Path

import pytest

from adapters.ocpi.schemas.kinds import KINDS
from application.modules import DIALOGUES, MODULES, NAMES, Module
from domain import errors
from domain.journal.figures import NO_MODULE
from domain.objects.client_info import CLIENT_INFO
from domain.partners.party import Interface, Role
from entrypoints.ocpi.errors import WIRE
from entrypoints.ocpi.routes import ANY_METHOD, CUSTOM, MOUNTED, ROUTES, Route
from entrypoints.ocpi.versions import version_details

_ROOT = Path(__file__).parents[1]
_ARCHITECTURE = (_ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
ROUTED = [module for module in MODULES.values() if module.is_routed]
OWN = [module for module in MODULES.values() if not module.is_routed]


def named(module: Module) -> str:
    return module.id


@pytest.mark.parametrize("module", ROUTED, ids=named)
@pytest.mark.parametrize("interface", Interface)
def test_every_routed_module_is_mounted_with_both_interfaces(
    module: Module, interface: Interface
) -> None:
    assert (module.id, interface) in MOUNTED


@pytest.mark.parametrize("module", OWN, ids=named)
def test_what_the_hub_owns_is_mounted_to_be_read_and_has_no_routing_headers(module: Module) -> None:
    routes = [route for route in ROUTES if route.module == module.id]

    assert {route.interface for route in routes} == {Interface.SENDER}
    assert {route.method for route in routes} == {"GET"}
    assert not any(route.is_routed for route in routes)


@pytest.mark.parametrize("module", MODULES.values(), ids=lambda module: module.id)
def test_the_schema_of_every_module_exists(module: Module) -> None:
    assert set(module.object.kinds) <= set(KINDS)


@pytest.mark.parametrize("module", ROUTED, ids=named)
def test_owners_and_readers_are_not_the_same_and_not_empty(module: Module) -> None:
    assert module.owners
    assert module.readers
    assert module.owners != module.readers


@pytest.mark.parametrize("module", OWN, ids=named)
def test_what_the_hub_owns_is_pushed_by_no_party_and_read_by_all(module: Module) -> None:
    assert module.id == CLIENT_INFO
    assert not module.owners
    assert module.readers == set(Role)


def test_a_new_module_is_named_in_as_many_places_as_the_recipe_says() -> None:
    """A file that names all modules has to name the next one too, unless it reads the tables."""
    recipe = _ARCHITECTURE.partition("## Adding an OCPI module")[2].partition("\n## ")[0]
    places = re.findall(r"^\d+\. `(\S+?)`", recipe, re.MULTILINE)
    ids = {module.id for module in ROUTED}
    naming_all = {
        str(path.relative_to(_ROOT))
        for package in ("domain", "application", "adapters", "entrypoints")
        for path in (_ROOT / package).rglob("*.py")
        if "sandbox" not in path.parts and ids <= _words_of(path)
    }

    assert len(places) == 8
    assert naming_all <= set(places)
    assert all((_ROOT / place).exists() for place in places)


def _words_of(path: Path) -> set[str]:
    """The words of a file's texts, but for what only explains it."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    explaining = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    return {
        word
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and id(node) not in explaining
        if isinstance(node.value, str)
        for word in node.value.split()
    }


def test_every_functional_route_is_of_a_module_in_the_table() -> None:
    known = {*MODULES, *DIALOGUES}

    assert {route.module for route in ROUTES if route.interface is not None} <= known


@pytest.mark.parametrize("dialogue", DIALOGUES)
@pytest.mark.parametrize("interface", Interface)
def test_every_dialogue_is_mounted_with_both_interfaces(
    dialogue: str, interface: Interface
) -> None:
    assert (dialogue, interface) in MOUNTED
    assert dialogue not in MODULES


def test_no_two_routes_answer_the_same_request() -> None:
    every = (*ROUTES, *CUSTOM)
    requests = [(route.method, route.prefix + path) for route in every for path in route.paths]

    assert len(requests) == len(set(requests))


def test_every_handler_says_what_it_answers() -> None:
    assert all(route.handler.__doc__ for route in (*ROUTES, *CUSTOM))


def test_what_the_hub_does_not_know_is_passed_on_as_it_is_and_listed_nowhere() -> None:
    modules = {(route.method, route.interface) for route in CUSTOM if "<" in route.module}

    assert modules == {(method, interface) for method in ANY_METHOD for interface in Interface}
    assert all("<" in route.module for route in CUSTOM)
    assert all(route.is_routed and not route.is_parsed(b"{}") for route in CUSTOM)
    assert not {route.module for route in CUSTOM} & {module for module, _ in MOUNTED}


@pytest.mark.parametrize(
    ("method", "body", "is_parsed"),
    [("PUT", b"", True), ("POST", b"", False), ("POST", b"{}", True), ("GET", b"{}", False)],
)
def test_a_body_is_read_where_one_is_due(method: str, body: bytes, is_parsed: bool) -> None:
    tokens = [route for route in ROUTES if (route.module, route.method) == ("tokens", method)]

    assert all(route.is_parsed(body) is is_parsed for route in tokens)


def test_version_details_list_what_is_mounted_and_credentials_once_as_sender() -> None:
    details = version_details(MOUNTED, version="2.3.0", base_url="https://hub.example/ocpi/2.3.0")

    assert isinstance(details, dict)
    listed = [(line["identifier"], line["role"], line["url"]) for line in details["endpoints"]]
    assert listed == [
        (route.module, (route.interface or Interface.SENDER).value, _url(route))
        for route in _first_of_each()
    ]


def test_every_error_of_the_hub_has_its_line_on_the_wire() -> None:
    listed = {kind for kind, _, _ in WIRE}
    inside: set[type[errors.HubError]] = {errors.HubError, *_every_kind(errors.OutboundFailed)}
    inside |= {
        errors.RecordChanged,
        errors.LaneLost,
        errors.StoreUnavailable,
        errors.SecretUnreadable,
    }
    inside |= {errors.OutOfTurn}
    inside |= {errors.NotOffered}  # is said as ReceiverFailed
    inside |= {errors.TokenRefused}  # is said as UnknownCaller
    inside |= {errors.AmbiguousPartner}  # the operators alone call partners by names

    assert _every_kind(errors.HubError) - inside <= listed
    assert listed - {errors.HubError} <= _every_kind(errors.HubError)


def test_the_special_errors_stand_before_the_general_ones() -> None:
    for position, (kind, _, _) in enumerate(WIRE):
        assert not any(issubclass(kind, earlier) for earlier, _, _ in WIRE[:position])


def _first_of_each() -> list[Route]:
    found: dict[tuple[str, Interface | None], Route] = {}
    for route in ROUTES:
        if route.module not in ("versions", "details"):
            found.setdefault((route.module, route.interface), route)
    return list(found.values())


def _url(route: Route) -> str:
    return f"https://hub.example/ocpi{route.prefix}"


def _every_kind(kind: type[errors.HubError]) -> set[type[errors.HubError]]:
    return {kind}.union(*(_every_kind(each) for each in kind.__subclasses__()))


def test_figures_name_every_module_that_is_mounted() -> None:
    assert {route.module for route in ROUTES} <= NAMES | NO_MODULE
