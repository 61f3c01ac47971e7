"""A message whose story is told."""

import pytest

from entrypoints.sandbox import Platform
from entrypoints.sandbox.fixtures import location
from tests.http.hub_server import HubServer


@pytest.fixture
def told(hub: HubServer, cpo: Platform, msp: Platform, other_msp: Platform) -> str:
    """A location that one eMSP took, and that another could not; its correlation id."""
    hub.deliver()
    other_msp.behave("http:500", "locations")
    headers = {"X-Correlation-ID": "C-42"}
    body = location(id="LOC1")
    assert hub.call("PUT", "/locations/LOC1", by=cpo.hub, body=body, headers=headers).ok
    hub.container.hub.sweep.publisher.sweep(older_than_s=-1)
    hub.pump()
    hub.container.journal.close()
    return "C-42"
