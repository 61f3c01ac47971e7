"""OCPI's surface as an OpenAPI document, derived from the table of routes and the field tables.

Nothing in it is written twice: a new line of the table is in it, with its body, by itself.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from adapters.ocpi import exact_json
from adapters.ocpi.schemas.compiled import json_schema
from adapters.ocpi.schemas.kinds import KINDS
from adapters.ocpi.schemas.patches import patch_of
from application.modules import MODULES
from domain.commands.kinds import COMMANDS, command_kind
from entrypoints.ocpi.routes import AUTHORIZE, PREFERENCES, ROUTES, SENDER, Route

Description = dict[str, Any]

_PARAMETER = re.compile(r"<(?:[a-z_]+:)?([a-z_]+)>")
_BASE = "/ocpi"
_COMMANDS = [kind for kind in KINDS if command_kind(kind.upper()).request == kind]
_PARTS = {"{connector_id}": "connector", "{evse_uid}": "evse"}
_KIND_OF = {
    "credentials": "credentials",
    COMMANDS: "command_result",
    **{module.id: module.object.kinds[0] for module in MODULES.values() if module.is_routed},
}
_PAGED = ("offset", "limit", "date_from", "date_to")
_ROUTING = ("OCPI-from-country-code", "OCPI-from-party-id")
_ADDRESSED = ("OCPI-to-country-code", "OCPI-to-party-id")


@cache
def described() -> bytes:
    """The document, as JSON."""
    paths: Description = {}
    for route, path in _lines():
        paths.setdefault(path, {})[route.method.lower()] = _operation(route, path)
    document: Description = {
        "openapi": "3.1.0",
        "info": {"title": "OCPI 2.3.0 at this hub", "version": "2.3.0"},
        "servers": [{"url": "/"}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {"schemas": _schemas(), "securitySchemes": {"token": _TOKEN}},
    }
    return exact_json.dump(document)


_TOKEN = {
    "type": "apiKey",
    "in": "header",
    "name": "Authorization",
    "description": "`Token `, and the token in base64.",
}


def _lines() -> Iterator[tuple[Route, str]]:
    for route in ROUTES:
        for path in route.paths:
            yield route, _PARAMETER.sub(r"{\1}", _BASE + route.prefix + path)


def _operation(route: Route, path: str) -> Description:
    operation: Description = {
        "operationId": f"{route.method} {path}",
        "tags": [route.module],
        "parameters": list(_parameters(route, path)),
        "responses": {"default": _ANSWER},
    }
    schema = _body_of(route, path)
    if schema is not None:
        content = {"application/json": {"schema": schema}}
        operation["requestBody"] = {"required": True, "content": content}
    return operation


_ANSWER = {
    "description": "OCPI's envelope, after success and failure.",
    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/envelope"}}},
}
_ENVELOPE = {
    "type": "object",
    "required": ["status_code", "timestamp"],
    "properties": {
        "data": {},
        "status_code": {"type": "integer"},
        "status_message": {"type": "string"},
        "timestamp": {"type": "string"},
    },
}


def _parameters(route: Route, path: str) -> Iterator[Description]:
    text = {"type": "string"}
    for name in re.findall(r"{([a-z_]+)}", path):
        schema: Description = (
            {"enum": [kind.upper() for kind in _COMMANDS]} if name == "command" else text
        )
        yield {"name": name, "in": "path", "required": True, "schema": schema}
    if route.method == "GET" and route.interface is SENDER and route.paths == ("",):
        for name in _PAGED:
            yield {"name": name, "in": "query", "schema": text}
    if route.is_routed:
        for name in _ROUTING:
            yield {"name": name, "in": "header", "required": True, "schema": text}
        for name in _ADDRESSED:
            yield {"name": name, "in": "header", "schema": text}


def _body_of(route: Route, path: str) -> Description | None:
    if route.method not in ("POST", "PUT", "PATCH"):
        return None
    if route.module == "commands" and not route.by_id:
        return {"anyOf": [_reference(kind) for kind in _COMMANDS]}
    kind = _kind_of(route, path)
    return _reference(f"{kind}_patch" if route.method == "PATCH" else kind)


def _kind_of(route: Route, path: str) -> str:
    if route.paths == AUTHORIZE:
        return "location_references"
    if route.paths == PREFERENCES:
        return "charging_preferences"
    if route.module == "chargingprofiles":
        if route.by_id:
            return "charging_profile_result"
        return "active_charging_profile" if route.interface is SENDER else "set_charging_profile"
    parts = (kind for end, kind in _PARTS.items() if path.endswith(end))
    return next(parts, _KIND_OF[route.module])


def _reference(name: str) -> Description:
    return {"$ref": f"#/components/schemas/{name}"}


def _schemas() -> Description:
    found: Description = {"envelope": _ENVELOPE}
    for route, path in _lines():
        if _body_of(route, path) is None:
            continue
        kinds = [_kind_of(route, path)]
        if route.module == "commands" and not route.by_id:
            kinds = _COMMANDS
        for kind in kinds:
            patched = route.method == "PATCH"
            name = f"{kind}_patch" if patched else kind
            field = patch_of(KINDS[kind]) if patched else KINDS[kind]
            found[name] = _moved(json_schema(field), name)
    return found


def _moved(schema: Any, name: str) -> Any:
    """Its own definitions are below it: references go there."""
    if isinstance(schema, list):
        return [_moved(each, name) for each in schema]
    if not isinstance(schema, dict):
        return schema
    moved = {
        ("$defs" if key == "definitions" else key): _moved(value, name)
        for key, value in schema.items()
    }
    if isinstance(reference := moved.get("$ref"), str):
        moved["$ref"] = reference.replace("#/definitions/", f"#/components/schemas/{name}/$defs/")
    return moved
