"""What Redis is good for: locks, wake-ups, counts. Losing all of it loses nothing but seconds."""

from adapters.redis.client import RedisServer
from adapters.redis.connecting import connect, leave
from adapters.redis.counts import RedisCounts
from adapters.redis.locks import RedisLocks
from adapters.redis.once import WakeOnce

__all__ = ["RedisCounts", "RedisLocks", "RedisServer", "WakeOnce", "connect", "leave"]
