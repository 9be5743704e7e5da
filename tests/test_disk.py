"""A full disk, in small: what a transaction that fails takes with it, and what people hear (all of it: make soak)."""

from __future__ import annotations

import asyncio
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select, text

from bot.clocks import VIETNAM
from bot.sandbox.stage import Stage
from db import Database
from db.mail import Received
from db.migrate import upgrade
from db.people import Role
from db.post import receive

NOW = datetime(2024, 5, 14, 1, tzinfo=UTC)
MEGABYTE = 2**20


async def put(db: Database, key: str, size: int = 2) -> str | None:
    """The key, if its transaction says that it is on disk."""
    row = {"channel": "telegram", "key": key, "lane": "telegram:1", "body": bytes(size), "due_at": NOW}
    try:
        async with db.writing() as session:
            await receive(session, [{**row, "received_at": NOW}])
    except Exception:
        return None
    return key


async def test_a_transaction_that_fills_the_disk_lets_no_other_believe_it_was_committed(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'full.db'}"
    await upgrade(url)
    db = Database(url)
    async with db.writing() as session:
        pages = await session.scalar(text("PRAGMA page_count"))
        await session.execute(text(f"PRAGMA max_page_count = {pages + 20}"))
    promised = await asyncio.gather(put(db, "trước"), put(db, "quá lớn", MEGABYTE), put(db, "sau"), put(db, "sau nữa"))
    async with db.reading() as session:
        kept = set(await session.scalars(select(Received.key)))
    await db.close()
    assert kept == {key for key in promised if key}
    assert promised[1:] == [None, "sau", "sau nữa"]


@contextmanager
def files_at_most(size: int) -> Iterator[None]:
    """The system refuses to write more into one file, as a quota does."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.fixture
def big() -> bytes:
    return b"%PDF-1.4\n" + bytes(3 * MEGABYTE)


async def test_who_sends_a_file_to_a_full_disk_is_told_so_and_the_coordinator_hears_once(
    tmp_path: Path, big: bytes
) -> None:
    async with Stage(datetime(2024, 5, 14, 8, tzinfo=VIETNAM), folder=tmp_path) as stage:
        await stage.seat("Hà", await stage.office("Phòng Nội vụ"), Role.COORDINATOR)
        await stage.seat("Lan", await stage.office("Phòng Tư pháp"), Role.HEAD)
        with files_at_most(2 * MEGABYTE):
            for _ in range(2):
                await stage.phone("Lan").send_document("bao-cao.pdf", big)
                await stage.settled()
        assert [message.text[:16] for message in stage.phone("Lan").messages if message.from_bot] == [
            "Máy chủ đang đầy"
        ] * 2
        [told] = [message.text for message in stage.phone("Hà").messages if message.from_bot]
        assert "hết chỗ lưu" in told
