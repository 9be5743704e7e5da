"""Words to systemd, where it started us with Type=notify; elsewhere they go nowhere. See sd_notify(3)."""

from __future__ import annotations

import os
import socket
from contextlib import suppress


def tell(*lines: str) -> None:
    """Such as `READY=1`. Never raises, never waits."""
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as out:
        out.setblocking(False)
        out.sendto("\n".join(lines).encode(), f"\0{address[1:]}" if address.startswith("@") else address)


def ready(beat: float) -> None:
    """We serve. `beat` is the pause between two ticks in seconds: the watchdog must not bark between them."""
    asked = int(os.environ.get("WATCHDOG_USEC") or 0)
    tell("READY=1", *([f"WATCHDOG_USEC={max(asked, int(3e6 * beat))}"] if asked else []))


def alive() -> None:
    tell("WATCHDOG=1")


def stopping() -> None:
    tell("STOPPING=1")
