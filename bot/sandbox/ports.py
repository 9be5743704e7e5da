"""Loopback ports below 32768: above it a neighbour's outgoing socket may hold one."""

from __future__ import annotations

import itertools
import socket
from contextlib import suppress
from functools import cache

FIRST_PORT, LAST_PORT, EACH = 18000, 32000, 1000


def free_port() -> int:
    """A free port nobody else asking here is given: each process takes from a thousand of its own, in turn."""
    _, ports = _own()
    for port in itertools.islice(ports, EACH):
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise OSError("no free port")


@cache
def _own() -> tuple[socket.socket, itertools.cycle[int]]:
    """The mark of the thousand, a UDP socket on the first of them held as long as this process lives, and they."""
    mark = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    for first in range(FIRST_PORT, LAST_PORT, EACH):
        with suppress(OSError):
            mark.bind(("127.0.0.1", first))
            return mark, itertools.cycle(range(first, first + EACH))
    raise OSError("too many sandboxes at once: stop one")
