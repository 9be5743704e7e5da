"""A backup checked, and put in the place of the data. What was there is moved aside, never deleted.

The bot must not run meanwhile. What it said after the backup was made it will say again.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from datetime import datetime
from pathlib import Path

from bot.archive import DATABASES, Manifest, Reader
from bot.backup import kind
from bot.clocks import local
from bot.files import sync
from bot.settings import Settings
from bot.vi import admin as vi
from db.dump import dump, load, occupied, readable
from db.snapshot import examine, in_use, sqlite_path

STAGE = ".restoring"


class Refused(Exception):
    """Nothing was changed; the text says why and what to do."""


def verify(archive: Path) -> Manifest:
    """Every hash, the database itself, and that every file it names is there; touches no data.

    Raises bot.archive.Damaged and db.snapshot.Unfit. Of a PostgreSQL dump only the table of contents is read.
    """
    with Reader(archive) as found, tempfile.TemporaryDirectory(prefix="nhacviec-") as work:
        database = DATABASES[found.manifest.database]
        for name in sorted(found.manifest.entries):
            found.copy(name, Path(work) / name if name == database else None)
        _examine(found.manifest, Path(work) / database)
        return found.manifest


def _examine(manifest: Manifest, database: Path) -> None:
    if manifest.database == "postgresql":
        asyncio.run(readable(database, manifest.schema_))
        return
    named = examine(database).files
    if absent := named - manifest.blobs - set(manifest.lost):
        raise Refused(vi.file_absent(min(absent)))


def restore(settings: Settings, archive: Path, into: Path | None, now: datetime, *, force: bool = False) -> Manifest:
    """Into this data folder (default: the one of `settings`). Raises Refused, Damaged, Unfit."""
    folder = (into or settings.data_dir).absolute()
    stage, aside = folder / STAGE, folder / f"before-{local(now):%Y%m%d-%H%M%S}"
    with Reader(archive) as found:
        _check_place(settings, found.manifest, folder, into=into, force=force)
        try:
            _unpack(found, stage)
            if found.manifest.database == "postgresql":
                _replace(settings.url, stage / DATABASES["postgresql"], aside)
            _put_in_place(stage, folder, aside)
        finally:
            shutil.rmtree(stage, ignore_errors=True)
        return found.manifest


def _unpack(found: Reader, stage: Path) -> None:
    """All of it, checked and on disk, before anything that is there is touched."""
    shutil.rmtree(stage, ignore_errors=True)
    (stage / "files").mkdir(parents=True, mode=0o700)
    for name in sorted(found.manifest.entries):
        found.copy(name, stage / name)
    _examine(found.manifest, stage / DATABASES[found.manifest.database])
    for inner in (path for path in stage.rglob("*") if path.is_dir()):
        sync(inner)


def _check_place(settings: Settings, manifest: Manifest, folder: Path, *, into: Path | None, force: bool) -> None:
    if manifest.database != kind(settings):
        raise Refused(vi.other_database(manifest.database))
    place = sqlite_path(settings.url)
    if place is None:
        held, others = asyncio.run(occupied(settings.url))
    else:
        if into is None and place.absolute() != folder / DATABASES["sqlite"]:
            raise Refused(vi.database_elsewhere(place))
        held, others = False, in_use(folder / DATABASES["sqlite"])
    if others:
        raise Refused(vi.still_running())
    if not force and (held or (folder.exists() and any(path.name != STAGE for path in folder.iterdir()))):
        raise Refused(vi.not_empty(folder))


def _put_in_place(stage: Path, folder: Path, aside: Path) -> None:
    """The database last: it is never there without its files. A log beside the old one must not meet the new one."""
    for path in [path for path in folder.iterdir() if path.name != STAGE and not path.name.startswith("before-")]:
        aside.mkdir(exist_ok=True, mode=0o700)
        path.rename(aside / path.name)
    for path in sorted(stage.iterdir(), key=lambda path: path.name in DATABASES.values()):
        path.rename(folder / path.name)
    sync(folder)


def _replace(url: str, dumped: Path, aside: Path) -> None:
    """What the database held is dumped first, beside the files that are moved aside."""
    if asyncio.run(occupied(url))[0]:
        aside.mkdir(exist_ok=True, mode=0o700)
        asyncio.run(dump(url, aside / dumped.name))
    asyncio.run(load(url, dumped))
    dumped.unlink()
