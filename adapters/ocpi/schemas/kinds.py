"""The kinds of body that the hub checks, by the names that the rest of it calls them by."""

from adapters.ocpi.schemas import (
    cdrs,
    chargingprofiles,
    commands,
    credentials,
    enums,
    hubclientinfo,
    locations,
    sessions,
    tariffs,
    tokens,
    versions,
)
from adapters.ocpi.schemas.field import OcpiField
from adapters.ocpi.schemas.shapes import ListOf, Nested, OneByOne
from adapters.ocpi.schemas.types import ClosedEnum

KINDS: dict[str, OcpiField] = {
    "versions": ListOf(OneByOne(versions.Version), at_least=1),
    "version": Nested(versions.Version),
    "version_details": Nested(versions.VersionDetails),
    "endpoint": Nested(versions.Endpoint),
    "credentials": Nested(credentials.Credentials),
    "client_info": Nested(hubclientinfo.ClientInfo),
    "location": Nested(locations.Location),
    "evse": Nested(locations.EVSE),
    "connector": Nested(locations.Connector),
    "tariff": Nested(tariffs.Tariff),
    "session": Nested(sessions.Session),
    "charging_preferences": Nested(sessions.ChargingPreferences),
    "charging_preferences_response": ClosedEnum(enums.CHARGING_PREFERENCES_RESPONSE),
    "cdr": Nested(cdrs.CDR),
    "token": Nested(tokens.Token),
    "location_references": Nested(tokens.LocationReferences),
    "authorization_info": Nested(tokens.AuthorizationInfo),
    "start_session": Nested(commands.StartSession),
    "stop_session": Nested(commands.StopSession),
    "reserve_now": Nested(commands.ReserveNow),
    "cancel_reservation": Nested(commands.CancelReservation),
    "unlock_connector": Nested(commands.UnlockConnector),
    "command_response": Nested(commands.CommandResponse),
    "command_result": Nested(commands.CommandResult),
    "set_charging_profile": Nested(chargingprofiles.SetChargingProfile),
    "active_charging_profile": Nested(chargingprofiles.ActiveChargingProfile),
    "charging_profile_response": Nested(chargingprofiles.ChargingProfileResponse),
    "active_charging_profile_result": Nested(chargingprofiles.ActiveChargingProfileResult),
    "charging_profile_result": Nested(chargingprofiles.ChargingProfileResult),
    "clear_profile_result": Nested(chargingprofiles.ClearProfileResult),
}
"""Commands go by their OCPI name in lower case. A command that is not listed is only relayed."""
