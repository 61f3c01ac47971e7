"""The shape of a URL, told to a partner that asked for one that is not there."""

import pytest

from entrypoints.ocpi.routes import ROUTES
from entrypoints.ocpi.shapes import expected

_LONGEST_MESSAGE = 255


@pytest.mark.parametrize(
    ("method", "path", "said"),
    [
        ("POST", "/ocpi", "no such URL: this hub speaks OCPI 2.3.0"),
        ("GET", "/ocpi/2.3.0/", "no such URL: GET /ocpi/2.3.0 lists the URL of each module"),
        ("GET", "/ocpi/2.3.0/SENDER/Locations//", "/sender/locations/{location_id}"),
        ("GET", "/ocpi/2.3.0/receiver/hubclientinfo", "the hub has no receiver/hubclientinfo"),
        (
            "PUT",
            "/ocpi/2.3.0/receiver/tokens/T1",
            "PUT of receiver/tokens goes to"
            " /ocpi/2.3.0/receiver/tokens/{country_code}/{party_id}/{token_uid}",
        ),
        ("POST", "/ocpi/2.3.0/sender/tokens/x", "/sender/tokens/{token_uid}/authorize"),
        ("POST", "/ocpi/2.3.0/receiver/sessions", "takes GET, PUT, PATCH, and no POST"),
    ],
)
def test_what_is_said(method: str, path: str, said: str) -> None:
    assert said in expected(method, path)


def test_it_fits_into_a_status_message() -> None:
    longest = max(len(expected(line.method, f"/ocpi{line.prefix}/a/b/c/d/e/f")) for line in ROUTES)

    assert longest <= _LONGEST_MESSAGE
