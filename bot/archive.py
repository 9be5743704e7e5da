"""The archive of a backup: one tar of plain files and, last, a manifest with the SHA-256 of each. Knows no database.

It shows what time or a bad disk has damaged, not what somebody has forged: the manifest is not signed.
"""

from __future__ import annotations

import hashlib
import os
import re
import tarfile
from datetime import datetime
from enum import StrEnum
from io import BytesIO
from pathlib import Path
from types import TracebackType
from typing import IO, Literal, Self

from pydantic import BaseModel, ValidationError

MANIFEST = "manifest.json"
DATABASES = {"sqlite": "nhacviec.db", "postgresql": "nhacviec.dump"}
DAYS_OFF = "ngay_nghi.toml"
_BLOB = r"files/(?P<two>[0-9a-f]{2})/(?P=two)[0-9a-f]{62}"
_NAMES = re.compile("|".join((*map(re.escape, (MANIFEST, DAYS_OFF, *DATABASES.values())), _BLOB)))
_PIECE = 1 << 20
_LONGEST_MANIFEST = 1 << 26


class Harm(StrEnum):
    """What is wrong with an archive."""

    UNREADABLE = "unreadable"
    FOREIGN = "foreign"
    CHANGED = "changed"
    ABSENT = "absent"


class Damaged(Exception):
    """This archive is not to be used; `name` is the member it fails at."""

    def __init__(self, harm: Harm, name: str = "") -> None:
        super().__init__(f"{harm.value}: {name}")
        self.harm, self.name = harm, name


class Manifest(BaseModel, frozen=True):
    """`entries` are name → SHA-256, `schema_` is the newest migration applied, `lost` are the hashes of files the
    database refers to that were not whole on the disk when the archive was made."""

    format: Literal[1] = 1
    made_at: datetime
    program: str
    database: Literal["sqlite", "postgresql"]
    schema_: str | None
    entries: dict[str, str]
    lost: tuple[str, ...] = ()

    @property
    def blobs(self) -> set[str]:
        """The hashes of the files people sent."""
        return {name.rpartition("/")[2] for name in self.entries if name.startswith("files/")}


def blob(sha256: str) -> str:
    return f"files/{sha256[:2]}/{sha256}"


class Writer:
    """Adds files to a tar; `close` puts the manifest at its end. The caller opens, syncs and names the file."""

    def __init__(self, out: IO[bytes]) -> None:
        self._tar = tarfile.open(fileobj=out, mode="w")  # noqa: SIM115 - closed by `close`
        self.entries: dict[str, str] = {}

    def add(self, name: str, path: Path, expected: str | None = None) -> bool:
        """False, and nothing is added, if the file is not there or its hash is not the `expected` one."""
        try:
            source = path.open("rb")
        except FileNotFoundError:
            return False
        with source:
            found = hashlib.file_digest(source, "sha256").hexdigest()
            if expected not in (None, found):
                return False
            source.seek(0)
            self._tar.addfile(_member(name, os.fstat(source.fileno()).st_size), source)
        self.entries[name] = found
        return True

    def close(self, manifest: Manifest) -> None:
        data = manifest.model_dump_json(indent=1).encode()
        self._tar.addfile(_member(MANIFEST, len(data)), BytesIO(data))
        self._tar.close()


def _member(name: str, size: int) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.size, info.mode = size, 0o600
    return info


class Reader:
    """`with Reader(path) as archive`: refuses names and kinds of members that no backup has. Raises Damaged."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> Self:
        try:
            self._tar = tarfile.open(self._path, "r:")
        except (tarfile.TarError, OSError, EOFError) as error:
            raise Damaged(Harm.UNREADABLE, self._path.name) from error
        try:
            self._look_through()
        except BaseException:
            self._tar.close()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._tar.close()

    def _look_through(self) -> None:
        try:
            self._members = {member.name: _checked(member) for member in self._tar.getmembers()}
        except (tarfile.TarError, OSError, EOFError) as error:
            raise Damaged(Harm.UNREADABLE, self._path.name) from error
        self.manifest = self._manifest()
        if odd := self._members.keys() ^ self.manifest.entries.keys() ^ {MANIFEST}:
            raise Damaged(Harm.ABSENT, min(odd))

    def copy(self, name: str, target: Path | None = None) -> None:
        """Write this member to `target` and sync it, or only read it. Raises Damaged if its content has changed."""
        if target is None:
            self._pass_on(name, None)
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            self._pass_on(name, out)
            out.flush()
            os.fsync(out.fileno())

    def _pass_on(self, name: str, out: IO[bytes] | None) -> None:
        digest = hashlib.sha256()
        source = self._opened(name)
        while piece := source.read(_PIECE):
            digest.update(piece)
            if out is not None:
                out.write(piece)
        wanted = self.manifest.entries[name]
        if digest.hexdigest() != wanted or (name.startswith("files/") and name != blob(wanted)):
            raise Damaged(Harm.CHANGED, name)

    def _manifest(self) -> Manifest:
        member = self._members.get(MANIFEST)
        if member is None or member.size > _LONGEST_MANIFEST:
            raise Damaged(Harm.ABSENT, MANIFEST)
        try:
            return Manifest.model_validate_json(self._opened(MANIFEST).read())
        except ValidationError as error:
            raise Damaged(Harm.UNREADABLE, MANIFEST) from error

    def _opened(self, name: str) -> IO[bytes]:
        found = self._tar.extractfile(self._members[name])
        assert found is not None
        return found


def _checked(member: tarfile.TarInfo) -> tarfile.TarInfo:
    """A link, a device, a folder, an absolute path or one that climbs: none of these is ours."""
    if member.type not in (tarfile.REGTYPE, tarfile.AREGTYPE) or not _NAMES.fullmatch(member.name):
        raise Damaged(Harm.FOREIGN, member.name)
    return member
