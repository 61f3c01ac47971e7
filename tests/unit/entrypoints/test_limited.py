"""What each endpoint counts for."""

from domain.partners.limits import LimitClass
from entrypoints.hub_api.routes import ROUTES as HUB_API
from entrypoints.ocpi.limited import class_of
from entrypoints.ocpi.routes import CUSTOM, ROUTES


def _of(limited: LimitClass) -> set[str]:
    lines = (each for each in (*ROUTES, *CUSTOM) if class_of(each) is limited)
    return {f"{each.method} {each.module}" for each in lines}


def test_each_class_has_its_requests() -> None:
    assert _of(LimitClass.LOCATIONS) == {"PUT locations", "PATCH locations"}
    assert _of(LimitClass.CDRS) == {"POST cdrs"}
    assert _of(LimitClass.AUTHORIZE) == {"POST tokens"}
    assert _of(LimitClass.COMMANDS) == {
        "POST commands",
        *(f"{method} chargingprofiles" for method in ("GET", "PUT", "DELETE")),
    }
    assert _of(LimitClass.RESULTS) == {
        "POST commands",
        "POST chargingprofiles",
        "PUT chargingprofiles",
    }
    assert _of(LimitClass.LISTS) == {
        f"GET {module}"
        for module in ("locations", "tariffs", "tokens", "sessions", "cdrs", "hubclientinfo")
    }
    assert {"GET versions", "POST credentials", "PUT sessions"} <= _of(LimitClass.OTHERS)


def test_a_cdr_counts_for_nothing_but_cdrs() -> None:
    [line] = [each for each in ROUTES if (each.method, each.module) == ("POST", "cdrs")]

    assert class_of(line) is LimitClass.CDRS


def test_what_is_traffic_of_the_hub_api_counts_as_it_does_over_ocpi() -> None:
    limited = {(each.method, each.path): each.limited for each in HUB_API}

    assert limited["PATCH", "/locations/<location_id>"] == (LimitClass.LOCATIONS,)
    assert limited["POST", "/commands/<command>"] == (LimitClass.COMMANDS,)
    assert limited["GET", "/locations"] == (LimitClass.HUB_API,)
    assert limited["PUT", "/interest"] == (LimitClass.HUB_API, LimitClass.ACTS)
    assert limited["GET", "/limits"] == (LimitClass.OTHERS,)
