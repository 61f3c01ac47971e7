"""One wake-up for many reasons to wake: the first process that asks wakes, the others need not.

Work that comes in bursts is asked for by `asks`: while it goes on no process wakes another one for
it, and yet nothing is lost that is asked for while it ends.
"""

from dataclasses import dataclass

from redis import Redis

from adapters.redis.client import RedisServer

_LASTS_MS = 2000
"""How long a wake-up that is lost, or a process that died, keeps others from waking: as long as the
sweeper takes to find what is left.
"""
_ASK = """
if redis.call("pttl", KEYS[1]) > 0 then
  redis.call("set", KEYS[1], "asked", "keepttl")
  return 0
end
redis.call("set", KEYS[1], "asked", "px", ARGV[1])
return 1
"""
_END = """
if redis.call("get", KEYS[1]) == "begun" then return redis.call("del", KEYS[1]) end
return 0
"""


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

    def asks(self, name: str) -> bool:
        """Ask for work, whether it has begun or not; whether the caller has to wake for it.

        The work has to be there before. True while Redis is away.
        """
        return self.redis.ask(lambda redis: _run(redis, _ASK, name, _LASTS_MS), otherwise=True)

    def begin(self, name: str) -> None:
        """From now on the caller looks for the work: what was asked for until now, it finds."""
        self.redis.ask(lambda redis: redis.set(_key(name), b"begun", px=_LASTS_MS), otherwise=None)

    def end(self, name: str) -> bool:
        """Let the next one that asks wake; False if it may have been asked for since `begin`.

        True while Redis is away.
        """
        return self.redis.ask(lambda redis: _run(redis, _END, name), otherwise=True)


def _run(redis: Redis, script: str, name: str, *arguments: int) -> bool:
    return bool(redis.eval(script, 1, _key(name), *arguments))


def _key(name: str) -> str:
    return f"wake:{name}"
