"""Wake-ups that no worker hears: a test looks at what was asked, and does the work itself."""

from dataclasses import dataclass, field


@dataclass
class MemoryWake:
    published: int = 0
    synchronized: list[str] = field(default_factory=list)
    commanded: list[str] = field(default_factory=list)
    pumped: int = 0

    def publish(self) -> None:
        self.published += 1

    def pump(self) -> None:
        self.pumped += 1

    def synchronize(self, partner_id: str) -> None:
        self.synchronized.append(partner_id)

    def command(self, command_id: str) -> None:
        self.commanded.append(command_id)
