"""Loopback ports below 32768: above it a neighbour's outgoing socket may hold one."""

from __future__ import annotations

import itertools
import socket
from contextlib import suppress
from functools import cache

FIRST_PORT, LAST_PORT, EACH = 18000, 32000, 1000


def free_port() -> int:
    """A free port nobody else asking here is given: each process takes from a thousand of its own, in turn."""
    for port in itertools.islice(_own(), EACH):
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise OSError("no free port")


@cache
def _own() -> itertools.cycle[int]:
    """The thousand of this process, marked as taken by a UDP socket on the first of them as long as it lives."""
    mark = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    for first in range(FIRST_PORT, LAST_PORT, EACH):
        with suppress(OSError):
            mark.bind(("127.0.0.1", first))
            mark.detach()
            return itertools.cycle(range(first, first + EACH))
    mark.close()
    raise OSError("too many sandboxes at once: stop one")
