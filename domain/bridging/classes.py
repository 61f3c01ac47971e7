"""What OCPI 2.2.1 names: its classes with their fields, and the values of enums that it closes.

A field with a colon has a type that the way down has a rule for: a class, an enum or a time. What
is said of 2.3.0 is only what it added.
"""

from collections.abc import Mapping

from domain.bridging.losses import LossClass

FIELDS: Mapping[str, str] = {
    "DisplayText": "language text",
    "GeoLocation": "latitude longitude",
    "AdditionalGeoLocation": "latitude longitude name:DisplayText",
    "Image": "url thumbnail category:ImageCategory type width height",
    "BusinessDetails": "name website logo:Image",
    "EnergySource": "source percentage",
    "EnvironmentalImpact": "category amount",
    "EnergyMix": """
        is_green_energy energy_sources:EnergySource environ_impact:EnvironmentalImpact supplier_name
        energy_product_name
    """,
    "RegularHours": "weekday period_begin period_end",
    "ExceptionalPeriod": "period_begin:DateTime period_end:DateTime",
    "Hours": """
        twentyfourseven regular_hours:RegularHours exceptional_openings:ExceptionalPeriod
        exceptional_closings:ExceptionalPeriod
    """,
    "StatusSchedule": "period_begin:DateTime period_end:DateTime status",
    "PublishTokenType": "uid type:TokenType visual_number issuer group_id",
    "Connector": """
        id standard format power_type max_voltage max_amperage max_electric_power
        tariff_ids:TariffIds terms_and_conditions last_updated:DateTime
    """,
    "EVSE": """
        uid evse_id status status_schedule:StatusSchedule capabilities:Capability
        connectors:Connectors floor_level coordinates:GeoLocation physical_reference
        directions:DisplayText parking_restrictions:ParkingRestriction images:Image
        last_updated:DateTime
    """,
    "Location": """
        country_code party_id id publish publish_allowed_to:PublishTokenType name address:Address
        city postal_code state:State country coordinates:GeoLocation
        related_locations:AdditionalGeoLocation parking_type:ParkingType evses:EVSEs
        directions:DisplayText operator:BusinessDetails suboperator:BusinessDetails
        owner:BusinessDetails facilities:Facility time_zone opening_times:Hours
        charging_when_closed images:Image energy_mix:EnergyMix last_updated:DateTime
    """,
    "PriceComponent": "type price vat step_size",
    "TariffRestrictions": """
        start_time end_time start_date end_date min_kwh max_kwh min_current max_current min_power
        max_power min_duration max_duration day_of_week reservation
    """,
    "TariffElement": "price_components:PriceComponent restrictions:TariffRestrictions",
    "Tariff": """
        country_code party_id id currency type tariff_alt_text:DisplayText tariff_alt_url
        min_price:PriceLimit max_price:PriceLimit elements:TariffElement
        start_date_time:DateTime end_date_time:DateTime energy_mix:EnergyMix last_updated:DateTime
    """,
    "CdrToken": "country_code party_id uid type:TokenType contract_id",
    "CdrDimension": "type volume",
    "ChargingPeriod": "start_date_time:DateTime dimensions:CdrDimensions tariff_id",
    "CdrLocation": """
        id name address:Address city postal_code state:State country coordinates:GeoLocation
        evse_uid evse_id connector_id connector_standard:CdrConnectorType connector_format
        connector_power_type
    """,
    "Session": """
        country_code party_id id start_date_time:DateTime end_date_time:DateTime kwh
        cdr_token:CdrToken auth_method authorization_reference location_id evse_uid connector_id
        meter_id currency charging_periods:ChargingPeriod total_cost:Price status
        last_updated:DateTime
    """,
    "ChargingPreferences": "profile_type departure_time:DateTime energy_need discharge_allowed",
    "CDR": """
        country_code party_id id start_date_time:DateTime end_date_time:DateTime session_id
        cdr_token:CdrToken auth_method authorization_reference cdr_location:CdrLocation meter_id
        currency tariffs:EmbeddedTariffs charging_periods:ChargingPeriod signed_data
        total_cost:Price total_fixed_cost:Price total_energy total_energy_cost:Price total_time
        total_time_cost:Price total_parking_time total_parking_cost:Price
        total_reservation_cost:Price remark invoice_reference_id credit credit_reference_id
        home_charging_compensation last_updated:DateTime
    """,
    "EnergyContract": "supplier_name contract_id",
    "Token": """
        country_code party_id uid type:TokenType contract_id visual_number issuer group_id valid
        whitelist language default_profile_type energy_contract:EnergyContract
        last_updated:DateTime
    """,
    "LocationReferences": "location_id evse_uids",
    "AuthorizationInfo": """
        allowed token:Token location:LocationReferences authorization_reference info:DisplayText
    """,
    "StartSession": """
        response_url token:Token location_id evse_uid connector_id authorization_reference
    """,
    "StopSession": "response_url session_id",
    "ReserveNow": """
        response_url token:Token expiry_date:DateTime reservation_id location_id evse_uid
        authorization_reference
    """,
    "CancelReservation": "response_url reservation_id",
    "UnlockConnector": "response_url location_id evse_uid connector_id",
    "CommandResponse": "result timeout message:DisplayText",
    "CommandResult": "result message:DisplayText",
    "ChargingProfilePeriod": "start_period limit",
    "ChargingProfile": """
        start_date_time:DateTime duration charging_rate_unit min_charging_rate
        charging_profile_period:ChargingProfilePeriod
    """,
    "SetChargingProfile": "charging_profile:ChargingProfile response_url",
    "ActiveChargingProfile": "start_date_time:DateTime charging_profile:ChargingProfile",
    "ChargingProfileResponse": "result timeout",
    "ActiveChargingProfileResult": "result profile:ActiveChargingProfile",
    "ChargingProfileResult": "result",
    "ClearProfileResult": "result",
    "ClientInfo": "party_id country_code role:Role status last_updated:DateTime",
    "CredentialsRole": "role:Role business_details:BusinessDetails party_id country_code",
    "Credentials": "token url roles:CredentialsRole",
    "Version": "version url",
    "Endpoint": "identifier role url",
    "VersionDetails": "version:VersionNumber endpoints:Endpoint",
}
"""Children stand before what they are in. `signed_data` has no type here: it is never touched."""
OPEN_FIELDS: Mapping[str, str] = {
    "BookingToken": "type:TokenType",
    "BookingRequest": "tokens:BookingToken",
    "BookingRequestStatus": "booking_request:BookingRequest",
    "Booking": "booking_tokens:BookingToken booking_requests:BookingRequestStatus",
}
"""Of the Bookings module, which is the same on both versions but for a token's type."""

ADDED: Mapping[str, Mapping[str, LossClass]] = {
    "Location": {"parking_places": LossClass.REGULATORY, "help_phone": LossClass.DROPPED},
    "EVSE": {
        "parking": LossClass.REGULATORY,
        "accepted_service_providers": LossClass.REGULATORY,
    },
    "Connector": {"capabilities": LossClass.DROPPED},
    "Tariff": {"tax_included": LossClass.MONEY},
    "Credentials": {"hub_party_id": LossClass.DROPPED},
}
"""Fields that 2.3.0 has and 2.2.1 has not: no partner on 2.2.1 is sent them."""
OF_MODULES: Mapping[str, Mapping[str, str]] = {
    "CDR": {"booking_id": "bookings"},
    "TariffRestrictions": {"booking": "bookings"},
    "Tariff": {"preauthorize_amount": "payments"},
}
"""Fields that optional modules add, and whose they are: those who use the module get them."""


def _values(words: str) -> frozenset[str]:
    return frozenset(words.split())


VALUES: Mapping[str, frozenset[str]] = {
    "Capability": _values("""
        CHARGING_PROFILE_CAPABLE CHARGING_PREFERENCES_CAPABLE CHIP_CARD_SUPPORT
        CONTACTLESS_CARD_SUPPORT CREDIT_CARD_PAYABLE DEBIT_CARD_PAYABLE PED_TERMINAL
        REMOTE_START_STOP_CAPABLE RESERVABLE RFID_READER START_SESSION_CONNECTOR_REQUIRED
        TOKEN_GROUP_CAPABLE UNLOCK_CAPABLE
    """),
    "CommandType": _values("""
        CANCEL_RESERVATION RESERVE_NOW START_SESSION STOP_SESSION UNLOCK_CONNECTOR
    """),
    "ConnectorType": _values("""
        CHADEMO CHAOJI DOMESTIC_A DOMESTIC_B DOMESTIC_C DOMESTIC_D DOMESTIC_E DOMESTIC_F DOMESTIC_G
        DOMESTIC_H DOMESTIC_I DOMESTIC_J DOMESTIC_K DOMESTIC_L DOMESTIC_M DOMESTIC_N DOMESTIC_O
        GBT_AC GBT_DC IEC_60309_2_single_16 IEC_60309_2_three_16 IEC_60309_2_three_32
        IEC_60309_2_three_64 IEC_62196_T1 IEC_62196_T1_COMBO IEC_62196_T2 IEC_62196_T2_COMBO
        IEC_62196_T3A IEC_62196_T3C NEMA_5_20 NEMA_6_30 NEMA_6_50 NEMA_10_30 NEMA_10_50 NEMA_14_30
        NEMA_14_50 PANTOGRAPH_BOTTOM_UP PANTOGRAPH_TOP_DOWN TESLA_R TESLA_S
    """),
    "EnvironmentalImpactCategory": _values("NUCLEAR_WASTE CARBON_DIOXIDE"),
    "Facility": _values("""
        HOTEL RESTAURANT CAFE MALL SUPERMARKET SPORT RECREATION_AREA NATURE MUSEUM BIKE_SHARING
        BUS_STOP TAXI_STAND TRAM_STOP METRO_STATION TRAIN_STATION AIRPORT PARKING_LOT
        CARPOOL_PARKING FUEL_STATION WIFI
    """),
    "ImageCategory": _values("CHARGER ENTRANCE LOCATION NETWORK OPERATOR OTHER OWNER"),
    "ModuleID": _values("""
        cdrs chargingprofiles commands credentials hubclientinfo locations sessions tariffs tokens
    """),
    "ParkingRestriction": _values("CUSTOMERS DISABLED EV_ONLY MOTORCYCLES PLUGGED"),
    "ParkingType": _values("""
        ALONG_MOTORWAY PARKING_GARAGE PARKING_LOT ON_DRIVEWAY ON_STREET UNDERGROUND_GARAGE
    """),
    "TokenType": _values("AD_HOC_USER APP_USER OTHER RFID"),
    "VersionNumber": _values("2.0 2.1 2.1.1 2.2 2.2.1"),
}
"""The enums that 2.3.0 has opened: another value than these is none of 2.2.1's."""
BOOKED_DIMENSIONS = _values("RESERVATION_EXPIRES RESERVATION_OVERTIME")
"""What the Bookings module adds to CdrDimensionType, which is closed in both versions."""

KINDS: Mapping[str, str | None] = {
    "versions": "Version",
    "version": "Version",
    "version_details": "VersionDetails",
    "endpoint": "Endpoint",
    "credentials": "Credentials",
    "client_info": "ClientInfo",
    "location": "Location",
    "evse": "EVSE",
    "connector": "Connector",
    "tariff": "Tariff",
    "session": "Session",
    "charging_preferences": "ChargingPreferences",
    "charging_preferences_response": None,
    "cdr": "CDR",
    "token": "Token",
    "location_references": "LocationReferences",
    "authorization_info": "AuthorizationInfo",
    "start_session": "StartSession",
    "stop_session": "StopSession",
    "reserve_now": "ReserveNow",
    "cancel_reservation": "CancelReservation",
    "unlock_connector": "UnlockConnector",
    "command_response": "CommandResponse",
    "command_result": "CommandResult",
    "set_charging_profile": "SetChargingProfile",
    "active_charging_profile": "ActiveChargingProfile",
    "charging_profile_response": "ChargingProfileResponse",
    "active_charging_profile_result": "ActiveChargingProfileResult",
    "charging_profile_result": "ChargingProfileResult",
    "clear_profile_result": "ClearProfileResult",
    "booking": "Booking",
    "booking_request": "BookingRequest",
}
"""The classes by the names that the hub's schemas call kinds by; None: no object."""
PATCHED = frozenset({"location", "evse", "connector", "session", "token"})
"""The kinds that OCPI changes by PATCH in both versions."""
