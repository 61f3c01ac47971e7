"""extrawest-ocpi, with its own adapter and its own check of tokens."""

from py_ocpi import get_application
from py_ocpi.core.authentication.authenticator import Authenticator
from py_ocpi.core.enums import ModuleID, RoleEnum
from py_ocpi.modules.versions.enums import VersionNumber

from bench.peers.nothing import Nothing


class _OneToken(Authenticator):
    """Knows the caller alone."""

    @classmethod
    async def get_valid_token_c(cls) -> list[str]:
        return ["peer"]

    @classmethod
    async def get_valid_token_a(cls) -> list[str]:
        return []


application = get_application(
    version_numbers=[VersionNumber.v_2_2_1],
    roles=[RoleEnum.cpo, RoleEnum.emsp],
    crud=Nothing,
    modules=[ModuleID.locations, ModuleID.cdrs],
    authenticator=_OneToken,
)
