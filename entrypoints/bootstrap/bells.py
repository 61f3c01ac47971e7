"""The bell for alarms: an adapter that calls a use case, so it stands between the two."""

from injector import Module, provider, singleton

from adapters.system import ThreadBell
from application.operators.alarms import OperatorAlarms
from domain.ports import Bell


class Bells(Module):
    """One for each process."""

    @singleton
    @provider
    def bell(self, operator_alarms: OperatorAlarms) -> Bell:
        return ThreadBell(operator_alarms.note)
