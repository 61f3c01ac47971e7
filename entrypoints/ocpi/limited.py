"""What each endpoint of OCPI counts for, among the classes of requests that have a limit.

The results of commands are a class of their own with a number that no partner reaches: who asked
waits for them, and they are sent once. No other class keeps out a CDR.
"""

from domain.partners.limits import LimitClass
from domain.partners.party import Interface
from entrypoints.ocpi.routes import AUTHORIZE, LIST, Route

_COMMANDS = ("commands", "chargingprofiles")


def classes_of(line: Route) -> tuple[LimitClass, ...]:
    """All that a line's requests count for. A handshake leaves records that are kept for ever."""
    is_act = line.module == "credentials" and line.method != "GET"
    return (class_of(line), LimitClass.ACTS) if is_act else (class_of(line),)


def class_of(line: Route) -> LimitClass:
    """The class of a line's requests. Those of the configuration modules are of OTHERS."""
    if line.interface is None:
        return LimitClass.OTHERS
    if line.module in _COMMANDS:
        is_asked = line.interface is Interface.RECEIVER
        return LimitClass.COMMANDS if is_asked else LimitClass.RESULTS
    if line.paths == AUTHORIZE:
        return LimitClass.AUTHORIZE
    if line.method == "GET" and line.paths == LIST:
        return LimitClass.LISTS
    if line.module == "cdrs" and line.method == "POST":
        return LimitClass.CDRS
    if line.module == "locations" and line.method != "GET":
        return LimitClass.LOCATIONS
    return LimitClass.OTHERS
