"""The drill: back up while people write, lose everything, put it back. And what must not be put back."""

from __future__ import annotations

import asyncio
import hashlib
import io
import os
import sqlite3
import subprocess
import sys
import tarfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from shutil import chown, copytree, rmtree
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from typer.testing import CliRunner

from bot.__main__ import cli
from bot.archive import Damaged, Harm, Manifest, Reader, Writer, blob
from bot.backup import archives, backup
from bot.files import Store
from bot.restore import Refused, restore, verify
from bot.sandbox.chatfile import parse
from bot.sandbox.play import START, Player
from bot.sandbox.ports import free_port
from bot.sandbox.stage import Stage
from bot.settings import Settings
from db import Database
from db.directives import Directive, DirectiveFile
from db.migrate import upgrade
from db.people import Office, Person, Role
from db.snapshot import Flaw, Unfit

ROOT = Path(__file__).parent.parent
CHATS = ROOT / "tests" / "chats"
NOW = datetime(2026, 11, 23, 19, 30, tzinfo=UTC)
PASSING = {"received", "deliveries", "contacts", "audit", "leases"}
"""Tables that change with every word somebody says."""


def settings_in(folder: Path, **more: Any) -> Settings:
    return Settings(_env_file=None, data_dir=folder, **more)  # type: ignore[call-arg]


def state(folder: Path) -> str:
    """A hash over everything that is remembered, except what every word changes."""
    digest = hashlib.sha256()
    with closing(sqlite3.connect(folder / "nhacviec.db", timeout=20)) as database:
        tables = database.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").fetchall()
        for (table,) in tables:
            if table not in PASSING:
                digest.update(repr((table, database.execute(f"SELECT * FROM {table} ORDER BY 1").fetchall())).encode())
    return digest.hexdigest()


def hashes(folder: Path) -> set[str]:
    """Of the files in a store, each found to be what it is called."""
    found = {path.name: path.read_bytes() for path in (folder / "files").glob("??/*")}
    assert all(hashlib.sha256(data).hexdigest() == name for name, data in found.items())
    return set(found)


def nhacviec(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command as the administrator gives it, in a process of its own."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("NHACVIEC_")}
    environment |= {"NHACVIEC_DATA_DIR": str(folder), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "bot", *arguments]
    return subprocess.run(command, env=environment, cwd=folder.parent, capture_output=True, text=True, check=False)


@pytest.mark.full
async def test_backed_up_while_people_talk_wiped_and_restored_it_answers_the_same(tmp_path: Path) -> None:
    data, kept = tmp_path / "data", tmp_path / "kept"
    async with Stage(START, folder=data) as stage:
        await Player(stage, parse(CHATS / "main.chat"), folder=CHATS / "files").play()
        talking = asyncio.create_task(talk(stage))
        said = await asyncio.to_thread(nhacviec, data, "backup", str(kept), "--keep", "2")
        talking.cancel()
        await asyncio.gather(talking, return_exceptions=True)
        assert (said.returncode, said.stderr) == (0, "")
        await stage.settled()
        before, files, answer = state(data), hashes(data), await heard(stage, "Hà", "/missing")
        await stage.app.stop()
        rmtree(data)
        await asyncio.to_thread(restore, settings_in(data), archives(kept)[0], None, NOW)
        assert (state(data), hashes(data)) == (before, files)
        let_a_minute_pass(data)
        await stage.power_on()
        assert await heard(stage, "Hà", "/missing") == answer
        assert len(files) >= 3
        assert "còn 2/3 đơn vị chưa nộp" in answer


def let_a_minute_pass(folder: Path) -> None:
    """What was under way when the copy was taken is under nobody's hands now, once its lease is over."""
    with closing(sqlite3.connect(folder / "nhacviec.db")) as database, database:
        for queue in ("received", "deliveries"):
            database.execute(f"UPDATE {queue} SET taken_until = NULL")
        if database.execute("SELECT name FROM sqlite_master WHERE name = 'leases'").fetchone():
            database.execute("DELETE FROM leases")


async def talk(stage: Stage) -> None:
    while True:
        for name in ("Lan", "Bình"):
            await stage.phone(name).say("/viec")
        await asyncio.sleep(0.5)


async def heard(stage: Stage, name: str, says: str) -> str:
    await stage.phone(name).say(says)
    await stage.settled()
    return next(message.text for message in reversed(stage.phone(name).messages) if message.from_bot)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a directive of one file."""
    folder = tmp_path_factory.mktemp("template")
    asyncio.run(fill(settings_in(folder)))
    (folder / "ngay_nghi.toml").write_text("off = [2026-01-02]\n")
    return folder


@pytest.fixture
def data(template: Path, tmp_path: Path) -> Path:
    return Path(copytree(template, tmp_path / "data"))


async def fill(settings: Settings) -> None:
    await upgrade(settings.url)
    db = Database(settings.url)
    async with db.writing() as session:
        office = Office(name="Phòng Nội vụ", key="phong noi vu", short="NV")
        session.add_all([office, hà := Person(name="Hà")])
        await session.flush()
        session.add(Directive(id=1, collector_id=office.id, coordinator_id=hà.id, drafted_at=NOW))
    await file(db, Store(settings.files_dir), b"mot")
    await db.close()


async def file(db: Database, store: Store, content: bytes) -> str:
    """A file as the bot takes it in: on disk first, then the row."""

    async def chunks() -> AsyncIterator[bytes]:
        yield content

    kept = await store.keep(chunks(), limit=1 << 20)
    async with db.writing() as session:
        session.add(DirectiveFile(directive_id=1, name="tep.txt", sha256=kept.sha256))
    return kept.sha256


async def test_a_copy_taken_at_any_moment_has_every_file_it_names(data: Path, tmp_path: Path) -> None:
    settings = settings_in(data)
    db, store, enough = Database(settings.url), Store(settings.files_dir), asyncio.Event()

    async def filing() -> None:
        for number in count():
            if enough.is_set():
                return
            await file(db, store, f"báo cáo {number}".encode())

    busy = asyncio.create_task(filing())
    sizes = []
    for number in range(6):
        made = await asyncio.to_thread(backup, settings, tmp_path / "kept", NOW + timedelta(seconds=number))
        assert made.lost == ()
        sizes.append(len(verify(made.path).blobs))
    enough.set()
    await busy
    await db.close()
    assert sizes == sorted(sizes)
    assert sizes[-1] > sizes[0]


def test_restoring_elsewhere_brings_the_files_the_days_off_and_nothing_else(data: Path, tmp_path: Path) -> None:
    (data / "rác.txt").write_text("not ours")
    made = backup(settings_in(data), tmp_path / "kept", NOW)
    restore(settings_in(data), made.path, tmp_path / "new", NOW)
    assert (state(tmp_path / "new"), hashes(tmp_path / "new")) == (state(data), hashes(data))
    assert {path.name for path in (tmp_path / "new").iterdir()} == {"nhacviec.db", "files", "ngay_nghi.toml"}
    assert (made.path.stat().st_mode & 0o777, made.path.parent.stat().st_mode & 0o777) == (0o600, 0o700)


def test_data_is_replaced_only_when_told_and_then_moved_aside_with_its_log(data: Path, tmp_path: Path) -> None:
    settings = settings_in(data)
    made = backup(settings, tmp_path / "kept", NOW)
    before = state(data)
    die_writing(data, "UPDATE people SET name = 'Bình'")
    assert (data / "nhacviec.db-wal").stat().st_size
    with pytest.raises(Refused, match="--force"):
        restore(settings, made.path, None, NOW)
    restore(settings, made.path, None, NOW, force=True)
    assert state(data) == before
    aside = data / "before-20261124-023000"
    with closing(sqlite3.connect(aside / "nhacviec.db")) as old:
        assert old.execute("SELECT name FROM people").fetchall() == [("Bình",)]
    assert hashes(aside) == hashes(data)


def die_writing(folder: Path, statement: str) -> None:
    """A process commits and is gone: what it wrote lies in the log beside the database."""
    program = "import os, sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('PRAGMA journal_mode=WAL')"
    program += "; c.execute(sys.argv[2]); c.commit(); os._exit(0)"
    subprocess.run([sys.executable, "-c", program, folder / "nhacviec.db", statement], check=True)


async def test_nothing_is_restored_under_a_running_bot(tmp_path: Path) -> None:
    async with Stage(START, folder=tmp_path / "data") as stage:
        await stage.seat("Lan", await stage.office("Phòng Tư pháp"), Role.HEAD)
        settings = settings_in(tmp_path / "data")
        made = await asyncio.to_thread(backup, settings, tmp_path / "kept", NOW)
        with pytest.raises(Refused, match="dừng trợ lý"):
            await asyncio.to_thread(restore, settings, made.path, None, NOW, force=True)
        assert await heard(stage, "Lan", "/viec")


def test_older_archives_go_unless_this_one_lost_something(data: Path, tmp_path: Path) -> None:
    settings, kept = settings_in(data), tmp_path / "kept"
    for number in range(3):
        last = backup(settings, kept, NOW + timedelta(days=number), keep=2)
    assert [path.name[:17] for path in archives(kept)] == ["nhacviec-20261125", "nhacviec-20261126"]
    (sha256,) = hashes(data)
    Store(settings.files_dir).path(sha256).write_bytes(b"rotten")
    lossy = backup(settings, kept, NOW + timedelta(days=3), keep=1)
    assert lossy.lost == (sha256,)
    assert len(archives(kept)) == 3
    assert verify(lossy.path).lost == (sha256,)
    assert verify(last.path).lost == ()


def test_a_backup_that_cannot_be_made_leaves_nothing_behind(data: Path, tmp_path: Path) -> None:
    (data / "nhacviec.db").write_bytes(b"SQLite format 3\0" + bytes(4096))
    with pytest.raises(Unfit):
        backup(settings_in(data), tmp_path / "kept", NOW, keep=1)
    assert list((tmp_path / "kept").iterdir()) == []


@pytest.mark.parametrize("member", ["nhacviec.db", "files/", "ngay_nghi.toml", "manifest.json"])
def test_one_changed_byte_anywhere_is_found(data: Path, tmp_path: Path, member: str) -> None:
    path = backup(settings_in(data), tmp_path / "kept", NOW).path
    with tarfile.open(path) as tar:
        found = next(m for m in tar.getmembers() if m.name.startswith(member))
    content = bytearray(path.read_bytes())
    content[found.offset_data + found.size // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(Damaged):
        verify(path)
    with pytest.raises(Damaged):
        restore(settings_in(data), path, tmp_path / "new", NOW)
    assert list((tmp_path / "new").glob("*")) == []


def test_an_archive_cut_short_is_found_wherever_it_was_cut(data: Path, tmp_path: Path) -> None:
    path = backup(settings_in(data), tmp_path / "kept", NOW).path
    whole = path.read_bytes()
    with tarfile.open(path) as tar:
        end = tar.getmember("manifest.json").offset_data
    for size in range(0, end, end // 20):
        path.write_bytes(whole[:size])
        with pytest.raises(Damaged):
            verify(path)


def linked(name: str, target: str, kind: bytes) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    return info


HOSTILE = {
    "absolute": tarfile.TarInfo("/etc/nhacviec.db"),
    "parent": tarfile.TarInfo("files/../../nhacviec.db"),
    "unknown": tarfile.TarInfo("files/ab/.bashrc"),
    "wrong folder": tarfile.TarInfo(f"files/aa/{'b' * 64}"),
    "symbolic link": linked("nhacviec.db", "/etc/passwd", tarfile.SYMTYPE),
    "hard link": linked("ngay_nghi.toml", "nhacviec.db", tarfile.LNKTYPE),
    "device": linked("nhacviec.db", "", tarfile.CHRTYPE),
    "pipe": linked("nhacviec.db", "", tarfile.FIFOTYPE),
    "folder": linked("files", "", tarfile.DIRTYPE),
    "sparse": linked("nhacviec.db", "", tarfile.GNUTYPE_SPARSE),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_an_archive_with_members_no_backup_has_is_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / "archive.tar"
    with tarfile.open(path, "w") as tar:
        tar.addfile(HOSTILE[name], io.BytesIO())
    for use in (verify, lambda p: restore(settings_in(tmp_path / "data"), p, None, NOW)):
        with pytest.raises(Damaged) as refused:
            use(path)
        assert refused.value.harm in {Harm.FOREIGN, Harm.UNREADABLE}
    assert {path.name for path in tmp_path.iterdir()} == {"archive.tar"}


def packed(path: Path, database: Path, **more: Any) -> Path:
    """An archive that is true to its manifest, of whatever database it was given."""
    with path.open("wb") as out:
        archive = Writer(out)
        archive.add("nhacviec.db", database)
        facts = {"made_at": NOW, "program": "0", "database": "sqlite", "schema_": "0001", "entries": archive.entries}
        archive.close(Manifest.model_validate({**facts, **more}))
    return path


@pytest.fixture
def copy(data: Path, tmp_path: Path) -> Callable[[str], Path]:
    """The database of a backup after this statement."""

    def after(statement: str) -> Path:
        with Reader(backup(settings_in(data), tmp_path / "kept", NOW).path) as archive:
            archive.copy("nhacviec.db", path := tmp_path / "nhacviec.db")
        with closing(sqlite3.connect(path)) as database, database:
            database.execute(statement)
        return path

    return after


def test_a_copy_that_names_a_file_the_archive_lacks_is_found(copy: Callable[[str], Path], tmp_path: Path) -> None:
    with pytest.raises(Refused, match="không có"):
        verify(packed(tmp_path / "archive.tar", copy("UPDATE people SET name = 'Lan'")))


@pytest.mark.parametrize(
    ("statement", "flaw"),
    [
        ("DELETE FROM offices", Flaw.BROKEN),
        ("UPDATE alembic_version SET version_num = '9999'", Flaw.NEWER),
        ("DROP TABLE alembic_version", Flaw.BROKEN),
    ],
)
def test_a_copy_that_cannot_be_used_is_found(
    copy: Callable[[str], Path], tmp_path: Path, statement: str, flaw: Flaw
) -> None:
    with pytest.raises(Unfit) as unfit:
        verify(packed(tmp_path / "archive.tar", copy(statement)))
    assert unfit.value.flaw == flaw


def test_a_copy_with_a_torn_page_is_found(copy: Callable[[str], Path], tmp_path: Path) -> None:
    path = copy("DELETE FROM directive_files")
    content = bytearray(path.read_bytes())
    content[4096:8192] = b"\xff" * 4096
    path.write_bytes(content)
    with pytest.raises(Unfit) as unfit:
        verify(packed(tmp_path / "archive.tar", path))
    assert unfit.value.flaw == Flaw.BROKEN


def test_a_file_not_sent_yet_is_in_the_backup_though_only_a_message_names_it(data: Path, tmp_path: Path) -> None:
    sha256 = hashlib.sha256(b"tong hop").hexdigest()
    path = Store(data / "files").path(sha256)
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"tong hop")
    with closing(sqlite3.connect(data / "nhacviec.db")) as database, database:
        database.execute(
            "INSERT INTO deliveries (lane, priority, due_at, attempt, failures, message, created_at, uncertain,"
            " parts_sent) VALUES ('telegram:1', 1, ?, 0, 0, ?, ?, 0, 0)",
            [str(NOW), f'{{"file": {{"name": "a.xlsx", "sha256": "{sha256}"}}}}', str(NOW)],
        )
    made = backup(settings_in(data), tmp_path / "kept", NOW)
    assert blob(sha256) in verified_names(made.path)


def verified_names(path: Path) -> set[str]:
    return set(verify(path).entries)


def test_at_the_terminal_every_refusal_is_a_sentence_and_an_exit_code(data: Path, tmp_path: Path) -> None:
    made = backup(settings_in(data), tmp_path / "kept", NOW)
    here = {"NHACVIEC_DATA_DIR": str(data), "NHACVIEC_DATABASE_URL": ""}
    postgresql = {**here, "NHACVIEC_DATABASE_URL": "postgresql+psycopg://nv:mat-khau@127.0.0.1:1/nv", "PATH": "/"}
    said = [
        (CliRunner().invoke(cli, arguments, env=environment), code, words)
        for arguments, environment, code, words in (
            (["restore", str(made.path), "--verify"], here, 0, "nguyên vẹn"),
            (["restore", str(made.path), "--into", str(tmp_path / "new")], here, 0, "Đã khôi phục"),
            (["restore", str(made.path)], here, 2, "--force"),
            (["restore", str(tmp_path / "none.tar"), "--verify"], here, 2, "Không đọc được"),
            (["backup", str(tmp_path / "kept")], postgresql, 2, "chưa có lệnh pg_dump"),
            (["restore", str(made.path)], postgresql, 2, "là của sqlite"),
            (["backup"], {**here, "NHACVIEC_DATA_DIR": str(tmp_path / "none")}, 2, "Không có cơ sở dữ liệu"),
        )
    ]
    assert [(found.exit_code, words in found.output) for found, _, words in said] == [
        (code, True) for _, code, _ in said
    ]
    assert not any("mat-khau" in found.output for found, _, _ in said)


@pytest.fixture
def postgresql(tmp_path: Path) -> Iterator[str]:
    """The URL of a server of our own. As root it must run as the user `postgres`."""
    pytest.importorskip("psycopg")
    tools = next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)), None)
    if tools is None or os.geteuid() != 0:
        pytest.skip("needs root and Debian's postgresql")
    port = free_port()
    with TemporaryDirectory(prefix="nhacviec-pg-") as folder:
        chown(folder, "postgres", "postgres")

        def run(command: str) -> None:
            subprocess.run(["su", "postgres", "-c", f"{tools}/{command}"], check=True, capture_output=True, cwd=folder)

        run(f"initdb -D {folder}/data -A trust -U postgres --no-sync -E UTF8 --locale=C.UTF-8")
        options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off"
        run(f"pg_ctl -D {folder}/data -w -l {folder}/log -o '{options}' start")
        try:
            yield f"postgresql+psycopg://postgres:mat-khau@127.0.0.1:{port}/postgres"
        finally:
            run(f"pg_ctl -D {folder}/data -m immediate stop")


@pytest.mark.soak
def test_on_postgresql_too_what_was_backed_up_is_what_is_restored(postgresql: str, tmp_path: Path) -> None:
    settings = settings_in(tmp_path / "data", database_url=postgresql)
    asyncio.run(fill(settings))
    made = backup(settings, tmp_path / "kept", NOW)
    assert verify(made.path).blobs == hashes(tmp_path / "data")
    asyncio.run(renamed(settings, "Bình"))
    with pytest.raises(Refused, match="--force"):
        restore(settings, made.path, None, NOW)
    restore(settings, made.path, None, NOW, force=True)
    assert asyncio.run(renamed(settings, "Lan")) == "Hà"
    assert verify(made.path).blobs == hashes(tmp_path / "data")
    assert (tmp_path / "data" / "before-20261124-023000" / "nhacviec.dump").stat().st_size


async def renamed(settings: Settings, name: str) -> str:
    """The old name of the only person."""
    db = Database(settings.url)
    async with db.writing() as session:
        person = await session.get_one(Person, 1)
        before, person.name = person.name, name
    await db.close()
    return before
