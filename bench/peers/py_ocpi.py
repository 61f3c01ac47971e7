"""py-ocpi, with the adapter of its documentation. It looks at no token."""

from py_ocpi import get_application
from py_ocpi.core.enums import RoleEnum
from py_ocpi.modules.cdrs.v_2_2_1.schemas import Cdr
from py_ocpi.modules.locations.v_2_2_1.schemas import Location
from py_ocpi.modules.versions.enums import VersionNumber

from bench.peers.nothing import Document, Nothing


class _Adapter:
    @staticmethod
    def cdr_adapter(data: Document, _version: object = None) -> Cdr:
        return Cdr(**data)

    @staticmethod
    def location_adapter(data: Document, _version: object = None) -> Location:
        return Location(**data)


application = get_application(
    version_numbers=[VersionNumber.v_2_2_1],
    roles=[RoleEnum.cpo, RoleEnum.emsp],
    crud=Nothing,
    adapter=_Adapter,
)
