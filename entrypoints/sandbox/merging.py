"""PATCH and nested objects: the receiver's side of OCPI 2.3.0, mod_locations and mod_sessions."""

from typing import Any, Final

from entrypoints.sandbox.wire import Document

_KEYED: Final = {"evses": "uid", "connectors": "id", "parking_places": "id"}
_LEVELS: Final = (("evses", "uid"), ("connectors", "id"))


def merged(present: Document, change: Document) -> Document:
    """`present` after a PATCH: null clears, keyed lists are merged, charging periods appended.

    No charging periods (absent, null or an empty list) change nothing.
    """
    renewed = dict(present)
    for name, value in change.items():
        if name == "charging_periods":
            renewed |= {name: [*(present.get(name) or []), *value]} if value else {}
        elif value is None:
            renewed.pop(name, None)
        elif name in _KEYED:
            renewed[name] = _merged_list(present.get(name) or [], value, _KEYED[name])
        else:
            renewed[name] = value
    return renewed


def _merged_list(present: list[Any], changes: list[Any], key: str) -> list[Any]:
    renewed = {str(item[key]).upper(): item for item in present}
    for change in changes:
        place = str(change[key]).upper()
        renewed[place] = merged(renewed.get(place, {}), change)
    return list(renewed.values())


def nested(location: Document | None, inner: tuple[str, ...]) -> Document | None:
    """The EVSE, or the connector, that `inner` names; the location itself if it names none."""
    found = location
    for (name, key), wanted in zip(_LEVELS, inner, strict=False):
        items = (found or {}).get(name) or []
        found = next((item for item in items if str(item[key]).upper() == wanted.upper()), None)
    return found


def with_nested(whole: Document, inner: tuple[str, ...], item: Document) -> Document:
    """`whole` with `item` where `inner` says; its parents take over the item's last_updated."""
    return _placed(whole, inner, item, _LEVELS[: len(inner)])


def _placed(
    whole: Document, inner: tuple[str, ...], item: Document, levels: tuple[tuple[str, str], ...]
) -> Document:
    if not inner:
        return item
    (name, key), *deeper = levels
    children = list(whole.get(name) or [])
    ids = [str(child[key]).upper() for child in children]
    if inner[0].upper() in ids:
        place = ids.index(inner[0].upper())
        children[place] = _placed(children[place], inner[1:], item, tuple(deeper))
    else:
        children.append(item)
    return whole | {name: children, "last_updated": item["last_updated"]}
