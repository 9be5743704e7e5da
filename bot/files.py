"""What people upload: named, weighed, checked, and kept by the hash of its content in a local folder."""

from __future__ import annotations

import asyncio
import errno
import hashlib
import os
import re
import tempfile
import threading
import unicodedata
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import aclosing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from io import RawIOBase
from pathlib import Path
from typing import Literal

from bot.checks import Problem, check, check_name
from bot.messages import FileKind

__all__ = [
    "Kept",
    "NoSpace",
    "Problem",
    "Store",
    "TooBig",
    "inspect",
    "inspect_name",
    "named",
    "part_of",
    "safe_name",
    "sync",
    "write_all",
]

MAX_NAME = 180
BATCH = 2**20
"""Bytes written at a time: few enough to hold, enough to be worth a thread."""

Part = Literal["soft", "signed", "photo", "other"]

_SOFT = {".doc", ".docx", ".xls", ".xlsx", ".odt", ".ods", ".rtf", ".txt"}
_PHOTOS = {".jpg", ".jpeg", ".png"}
_UNSEEN = {"Cc", "Cf", "Cs", "Cn", "Co", "Zl", "Zp"}
_RESERVED = {"CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"}
_RESERVED |= {f"{port}{number}" for port in ("COM", "LPT") for number in "123456789¹²³"}


class TooBig(Exception):
    """More than was allowed: `Problem.TOO_BIG`."""


class NoSpace(Exception):
    """The disk or its quota is full: refuse politely and tell the administrator."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A file in the store; `size` in bytes."""

    sha256: str
    size: int
    path: Path


def safe_name(name: str) -> str:
    """A name that can be shown and saved anywhere: one path component, NFC, at most 180 bytes, its extension kept."""
    seen = "".join(char for char in " ".join(name.split()) if unicodedata.category(char) not in _UNSEEN)
    shown = " ".join(unicodedata.normalize("NFC", seen).split())
    base = re.split(r"[/\\]", shown)[-1].rstrip(" .")
    stem, dot, suffix = re.sub(r'[<>:"|?*]', "_", base).rpartition(".")
    if not re.fullmatch(r"\w{1,16}", suffix, re.ASCII) or not dot:
        stem, dot, suffix = f"{stem}{dot}{suffix}", "", ""
    stem = stem.strip(" .") or "tep"
    if stem.split(".")[0].rstrip().upper() in _RESERVED:
        stem = f"_{stem}"
    return (_cut(stem, MAX_NAME - len(dot + suffix)) or "tep") + dot + suffix


def part_of(name: str) -> Part:
    """Which half of a submission a file is: bản mềm, bản ký, or a photo, which counts as signed."""
    suffix = _suffix(name)
    if suffix in _SOFT:
        return "soft"
    if suffix in _PHOTOS:
        return "photo"
    return "signed" if suffix == ".pdf" else "other"


def inspect(path: Path, name: str, kind: FileKind = FileKind.DOCUMENT) -> Problem | None:
    """What is wrong with a file; None if it can be taken. Reads the disk: call it in a thread."""
    suffix = _suffix(name)
    return check(path, ".jpg" if kind is FileKind.PHOTO and not suffix else suffix, kind)


def inspect_name(name: str) -> Problem | None:
    """What is wrong with it whatever it holds."""
    return check_name(_suffix(name))


class Store:
    """Content-addressed files: `<folder>/ab/ab12…`. The same content twice is one file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._placing = threading.Lock()

    @property
    def drafts(self) -> Path:
        """Where what is not whole yet lies, on the same disk."""
        return self._folder / "tmp"

    def draft(self) -> Path:
        """An empty file of its own there, to be written and adopted. Raises NoSpace."""
        with named():
            self.drafts.mkdir(parents=True, exist_ok=True)
            descriptor, name = tempfile.mkstemp(dir=self.drafts)
            os.close(descriptor)
        return Path(name)

    def path(self, sha256: str) -> Path:
        """Where this content lies, if it does. Raises ValueError for what is no hash."""
        if not re.fullmatch(r"[0-9a-f]{64}", sha256):
            raise ValueError("not a SHA-256")
        return self._folder / sha256[:2] / sha256

    def exists(self, sha256: str) -> bool:
        return self.path(sha256).is_file()

    async def keep(self, chunks: AsyncIterator[bytes], *, limit: int) -> Kept:
        """On disk, fsynced, when this returns; nothing is left behind when it raises TooBig, NoSpace or what `chunks`
        raises. `limit` in bytes, itself allowed."""
        draft = await asyncio.to_thread(_Draft, self.drafts)
        try:
            async with aclosing(_batches(chunks, limit)) as batches:
                async for batch in batches:
                    await asyncio.to_thread(draft.write, batch)
            return await asyncio.to_thread(self._place, draft)
        finally:
            draft.drop()

    async def adopt(self, path: Path) -> Kept:
        """A file that lies whole beside the store, moved into it; on disk, fsynced, when this returns."""
        return await asyncio.to_thread(self._adopt, path)

    async def purge(self, sha256: str) -> None:
        """Remove this content, if it is there."""
        await asyncio.to_thread(self._remove, self.path(sha256))

    async def sweep(self, known: set[str], older_than: datetime) -> int:
        """Remove content nobody refers to and abandoned drafts, untouched since `older_than` (aware); how many."""
        return await asyncio.to_thread(self._sweep, known, older_than.timestamp())

    def _place(self, draft: _Draft) -> Kept:
        return self._placed(draft.path, draft.sealed(), draft.size)

    def _adopt(self, path: Path) -> Kept:
        with named(), path.open("rb+") as file:
            os.utime(file.fileno())  # however long it was on its way, a sweep begins to count now
            os.fsync(file.fileno())
            return self._placed(path, hashlib.file_digest(file, "sha256").hexdigest(), file.tell())

    def _placed(self, found: Path, sha256: str, size: int) -> Kept:
        path = self.path(sha256)
        with named(), self._placing:
            if not path.parent.exists():
                path.parent.mkdir(exist_ok=True)
                sync(self._folder)
            # Also over the same content: its age starts anew, so a sweep leaves it until somebody refers to it.
            found.replace(path)
            sync(path.parent)
        return Kept(sha256, size, path)

    def _remove(self, path: Path) -> None:
        with self._placing:
            path.unlink(missing_ok=True)
            if path.parent.is_dir():
                sync(path.parent)

    def _sweep(self, known: set[str], before: float) -> int:
        return sum(self._removed_if_old(path, before) for path in self._folder.glob("*/*") if path.name not in known)

    def _removed_if_old(self, path: Path, before: float) -> bool:
        with self._placing:
            old = path.is_file() and path.stat().st_mtime < before
            if old:
                path.unlink()
            return old


class _Draft:
    """A file being written beside the store, under a name of its own."""

    def __init__(self, folder: Path) -> None:
        with named():
            folder.mkdir(parents=True, exist_ok=True)
            descriptor, name = tempfile.mkstemp(dir=folder)
        self.path, self.size = Path(name), 0
        self._file, self._hash = os.fdopen(descriptor, "wb", buffering=0), hashlib.sha256()

    def write(self, data: bytes) -> None:
        with named():
            for start in range(0, len(data), BATCH):
                write_all(self._file, memoryview(data)[start : start + BATCH])
        self._hash.update(data)
        self.size += len(data)

    def sealed(self) -> str:
        with named():
            os.fsync(self._file.fileno())
            self._file.close()
        return self._hash.hexdigest()

    def drop(self) -> None:
        self._file.close()
        self.path.unlink(missing_ok=True)


async def _batches(chunks: AsyncIterator[bytes], limit: int) -> AsyncGenerator[bytes, None]:
    batch, total = bytearray(), 0
    async for chunk in chunks:
        total += len(chunk)
        if total > limit:
            raise TooBig(limit)
        batch += chunk
        if len(batch) >= BATCH:
            yield bytes(batch)
            batch.clear()
    yield bytes(batch)


def write_all(file: RawIOBase, data: memoryview) -> None:
    while data:  # an unbuffered write may take only part: the last that fits on the disk
        data = data[file.write(data) or 0 :]


@contextmanager
def named() -> Iterator[None]:
    """A full disk by its name."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise NoSpace from error
        raise


def sync(folder: Path) -> None:
    """The names in a folder, on disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _suffix(name: str) -> str:
    return Path(safe_name(name)).suffix.lower()


def _cut(text: str, size: int) -> str:
    """At most `size` bytes; a letter goes together with its marks."""
    kept = text.encode()[:size].decode(errors="ignore")
    if len(kept) < len(text):
        while kept and unicodedata.combining(text[len(kept)]):
            kept = kept[:-1]
    return kept.rstrip(" .")
