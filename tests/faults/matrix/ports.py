"""Ports that no other program is given meanwhile: below those that systems hand to clients."""

import random
import socket


def free_port() -> int:
    """One that a server can come back to after it was killed."""
    while True:
        port = random.SystemRandom().randrange(20_000, 32_000)
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port
