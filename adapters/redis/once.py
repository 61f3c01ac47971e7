"""One wake-up for many reasons to wake: the first process that asks wakes, the others need not."""

from dataclasses import dataclass

from adapters.redis.client import RedisServer


@dataclass(frozen=True)
class WakeOnce:
    redis: RedisServer

    def first(self, name: str, seconds: float = 15.0) -> bool:
        """Whether no other was, for `seconds` or since `forget`; True while Redis is away."""
        lasts_ms = int(seconds * 1000)
        return self.redis.ask(
            lambda redis: bool(redis.set(_key(name), b"1", nx=True, px=lasts_ms)), otherwise=True
        )

    def forget(self, name: str) -> None:
        """Let the next one be first again: call it before looking for work, not after."""
        self.redis.ask(lambda redis: redis.delete(_key(name)), otherwise=0)


def _key(name: str) -> str:
    return f"wake:{name}"
