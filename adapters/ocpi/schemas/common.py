"""Classes that several modules share (OCPI 2.3.0, types; mod_locations)."""

from adapters.ocpi.schemas import enums
from adapters.ocpi.schemas.notations import Latitude, Longitude
from adapters.ocpi.schemas.numbers import Int, Measure, Number
from adapters.ocpi.schemas.shapes import ListOf, Nested, ObjectSchema
from adapters.ocpi.schemas.types import (
    Boolean,
    CiString,
    ClosedEnum,
    Language,
    OpenEnum,
    String,
    Url,
)


class DisplayText(ObjectSchema):
    language = Language()
    text = String(512)


class TaxAmount(ObjectSchema):
    name = String()
    account_number = String(optional=True)
    percentage = Number(optional=True)
    amount = Number()


class Price(ObjectSchema):
    vital = "taxes"

    before_taxes = Number()
    taxes = ListOf(Nested(TaxAmount))


class GeoLocation(ObjectSchema):
    latitude = Latitude()
    longitude = Longitude()


class Image(ObjectSchema):
    """`type` is a CiString: the specification's gif, jpeg, png and svg are examples."""

    url = Url()
    thumbnail = Url(optional=True)
    category = OpenEnum(enums.IMAGE_CATEGORY)
    type = CiString(4)
    width = Int(least=0, most=99999, optional=True)
    height = Int(least=0, most=99999, optional=True)


class BusinessDetails(ObjectSchema):
    name = String(100)
    website = Url(optional=True)
    logo = Nested(Image, optional=True)


class EnergySource(ObjectSchema):
    """Rounded shares seldom add up to 100, so their sum is not checked."""

    source = ClosedEnum(enums.ENERGY_SOURCE_CATEGORY)
    percentage = Measure(least=0, most=100)


class EnvironmentalImpact(ObjectSchema):
    category = OpenEnum(enums.ENVIRONMENTAL_IMPACT_CATEGORY)
    amount = Measure()


class EnergyMix(ObjectSchema):
    is_green_energy = Boolean()
    energy_sources = ListOf(Nested(EnergySource))
    environ_impact = ListOf(Nested(EnvironmentalImpact))
    supplier_name = String(64, optional=True)
    energy_product_name = String(64, optional=True)
