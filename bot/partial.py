"""Files on their way, piece by piece: as many bytes as lie there have come, whatever was cut off or restarted."""

from __future__ import annotations

import asyncio
import fcntl
import os
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from io import FileIO
from pathlib import Path

from bot.files import BATCH, TooBig, named, write_all

SUFFIX = ".part"


class Taken(Exception):
    """Somebody is writing this very file: try again in a little while."""


class Dropped(Exception):
    """Somebody removed it while it was being written."""


class Elsewhere(Exception):
    """The piece does not begin where the file ends."""

    def __init__(self, size: int) -> None:
        super().__init__(f"at {size}")
        self.size = size


class Partials:
    """`<folder>/<name>.part`; a name is letters, digits and hyphens. Any process may go on with any file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, name: str) -> Path:
        if not name.replace("-", "").isalnum():
            raise ValueError("not a name")
        return self._folder / f"{name}{SUFFIX}"

    def size(self, name: str) -> int | None:
        """How many bytes have come; None when it has not begun."""
        with suppress(FileNotFoundError):
            return self.path(name).stat().st_size
        return None

    async def append(self, name: str, at: int, chunks: AsyncIterator[bytes], *, limit: int) -> int:
        """Its size afterwards. Whatever came before `chunks` raised stays.

        Raises Elsewhere, Taken, Dropped, NoSpace, and TooBig for more than `limit` bytes in all.
        """
        with _opened(self.path(name)) as file:
            size = os.fstat(file.fileno()).st_size
            if size != at:
                raise Elsewhere(size)
            batch = bytearray()
            try:
                async for chunk in chunks:
                    size += len(chunk)
                    if size > limit:
                        raise TooBig(limit)
                    batch += chunk
                    if len(batch) >= BATCH:
                        piece, batch = batch, bytearray()
                        await _through(asyncio.to_thread(_write, file, piece))
            finally:
                _write(file, batch)
            if not self._is(name, file):
                raise Dropped
        return size

    def _is(self, name: str, file: FileIO) -> bool:
        """Whether the name still means this file."""
        with suppress(FileNotFoundError):
            return os.path.samestat(self.path(name).stat(), os.fstat(file.fileno()))
        return False

    def drop(self, name: str) -> None:
        self.path(name).unlink(missing_ok=True)

    async def sweep(self, older_than: datetime) -> int:
        """Remove what nobody has written to since (aware); how many."""
        return await asyncio.to_thread(self._sweep, older_than.timestamp())

    def _sweep(self, before: float) -> int:
        old = [path for path in self._folder.glob(f"*{SUFFIX}") if path.stat().st_mtime < before]
        for path in old:
            path.unlink(missing_ok=True)
        return len(old)


@contextmanager
def _opened(path: Path) -> Iterator[FileIO]:
    """For one writer at a time, among all processes."""
    with named():
        path.parent.mkdir(parents=True, exist_ok=True)
        file = FileIO(path, "ab")
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Taken from None
        yield file


async def _through(write: Coroutine[None, None, None]) -> None:
    """A write under way ends before the file is let go, also for who is cancelled meanwhile."""
    task = asyncio.ensure_future(write)
    try:
        await asyncio.shield(task)
    finally:
        await asyncio.wait([task])


def _write(file: FileIO, data: bytearray) -> None:
    with named():
        write_all(file, memoryview(data))
