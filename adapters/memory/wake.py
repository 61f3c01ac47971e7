"""Wake-ups that no worker hears: a test looks at what was asked, and does the work itself."""

from dataclasses import dataclass, field

from domain.objects.stored import ObjectKey


@dataclass
class MemoryWake:
    published: list[ObjectKey] = field(default_factory=list)
    synchronized: list[str] = field(default_factory=list)
    commanded: list[str] = field(default_factory=list)
    pumped: int = 0

    def publish(self, key: ObjectKey) -> None:
        self.published.append(key)

    def pump(self) -> None:
        self.pumped += 1

    def synchronize(self, partner_id: str) -> None:
        self.synchronized.append(partner_id)

    def command(self, command_id: str) -> None:
        self.commanded.append(command_id)
