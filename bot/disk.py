"""How much room is left where the database and the files lie."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

_FULL, _LOW = (100 * 2**20, 0.05), (2**30, 0.10)
"""Bytes and share of the disk, the lesser of which counts: a small disk is not full for being small."""


@dataclass(frozen=True, slots=True)
class Room:
    """In bytes. Nearly `full`: a report of 20 MB, its copy and the log may not fit. `low`: time to look after it."""

    free: int
    total: int

    @property
    def full(self) -> bool:
        return self._under(*_FULL)

    @property
    def low(self) -> bool:
        return self._under(*_LOW)

    def _under(self, size: int, share: float) -> bool:
        return self.free < min(size, self.total * share)


def room(folder: Path) -> Room:
    """On the disk that holds this folder, or will hold it."""
    there = next(place for place in (folder.absolute(), *folder.absolute().parents) if place.exists())
    usage = shutil.disk_usage(there)
    return Room(usage.free, usage.total)
