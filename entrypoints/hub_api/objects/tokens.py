"""One token as the hub knows it, for parties that may list it; its owner says whether to charge.

CPOs see every eMSP's that they may see, an eMSP its own (D-6).
"""

from application.hub import Hub
from application.modules import MODULES
from domain.objects.stored import ObjectKey
from domain.objects.tokens import type_of
from entrypoints.hub_api.calls import HubApiCall
from entrypoints.ocpi.replies import Reply

_TOKENS = MODULES["tokens"]
_CACHED = "cached, not an authorization"


def get_token(hub: Hub, call: HubApiCall) -> Reply:
    """GET: the hub's copy, by owner, uid and type (RFID unless the query names another)."""
    key = ObjectKey(_TOKENS.id, call.named_owner, call.path["uid"], type_of(call.parameter("type")))
    viewer = hub.object_reader.lister(_TOKENS.id, call.viewer(hub).party)
    stored = hub.object_reader.of_owner(key, viewer=viewer)
    return Reply(data=stored.body, message=_CACHED)
