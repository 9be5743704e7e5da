"""A backup while the bot runs: a copy of the database first, then every file that copy refers to, in one archive.

Files are kept by the hash of their content and never change, and a row is written only after its file: whatever the
copy refers to was on the disk before it.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Literal

from bot.archive import DATABASES, DAYS_OFF, Manifest, Writer, blob
from bot.clocks import local
from bot.files import Store, sync
from bot.settings import Settings
from db.dump import dump
from db.snapshot import Copy, copy_sqlite, sqlite_path

_ARCHIVE = re.compile(r"nhacviec-\d{8}-\d{6}-\d{6}\.tar")
_DRAFT = ".nhacviec-"
_A_DAY = 86_400.0


@dataclass(frozen=True, slots=True)
class Made:
    """`size` in bytes, `files` how many people sent; `lost` are hashes referred to that were not whole on the disk."""

    path: Path
    size: int
    files: int
    lost: tuple[str, ...]


def default_folder(settings: Settings) -> Path:
    """Beside the data folder, so that restoring that one leaves the archives alone."""
    data = settings.data_dir.absolute()
    return data.with_name(f"{data.name}-backups")


def backup(settings: Settings, folder: Path, now: datetime, keep: int | None = None) -> Made:
    """Whole under its name in `folder`, or not there at all. Blocks. Raises db.snapshot.Unfit and OSError.

    Only the newest `keep` archives stay, and only if this one lost nothing.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    _sweep(folder)
    with tempfile.TemporaryDirectory(dir=folder, prefix=_DRAFT) as work:
        copied = _copied(settings, Path(work))
        draft = Path(work) / "archive.tar"
        manifest = _write(settings, copied, draft, now)
        path = folder / f"nhacviec-{local(now):%Y%m%d-%H%M%S-%f}.tar"
        draft.replace(path)
        sync(folder)
    if keep is not None and not manifest.lost:
        for old in archives(folder)[:-keep]:
            old.unlink()
    return Made(path, path.stat().st_size, len(manifest.blobs), manifest.lost)


def archives(folder: Path) -> list[Path]:
    """The oldest first."""
    return sorted(path for path in folder.iterdir() if _ARCHIVE.fullmatch(path.name))


def kind(settings: Settings) -> Literal["sqlite", "postgresql"]:
    return "sqlite" if sqlite_path(settings.url) else "postgresql"


def _copied(settings: Settings, work: Path) -> Copy:
    target = work / DATABASES[kind(settings)]
    source = sqlite_path(settings.url)
    return copy_sqlite(source, target) if source else asyncio.run(dump(settings.url, target))


def _write(settings: Settings, copied: Copy, draft: Path, now: datetime) -> Manifest:
    store = Store(settings.files_dir)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        archive = Writer(out)
        archive.add(copied.path.name, copied.path)
        archive.add(DAYS_OFF, settings.overrides)
        lost = [sha256 for sha256 in sorted(copied.files) if not archive.add(blob(sha256), store.path(sha256), sha256)]
        manifest = Manifest(
            made_at=now,
            program=version("nhacviec"),
            database=kind(settings),
            schema_=copied.schema,
            entries=archive.entries,
            lost=tuple(lost),
        )
        archive.close(manifest)
        out.flush()
        os.fsync(out.fileno())
    return manifest


def _sweep(folder: Path) -> None:
    """What a backup that died left behind."""
    for draft in _old(folder.glob(f"{_DRAFT}*")):
        shutil.rmtree(draft, ignore_errors=True)


def _old(paths: Iterable[Path]) -> list[Path]:
    return [path for path in paths if path.stat().st_mtime < time.time() - _A_DAY]
