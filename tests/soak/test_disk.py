"""A full disk (F4): no receipt without its file and row, a clear word for who sent it, on again without a restart."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import pytest
import structlog
from sqlalchemy import select

from bot.messages import Address, Outgoing
from bot.sandbox.samples import sample
from bot.sandbox.stage import Stage
from db import open_work
from db.mail import Outcome
from db.reports import Submission, SubmissionFile
from soak.theatre import START, fill, heard, knock, message, name_of, publish, rows_of, seat_block, small_disk, unlogged

log = structlog.get_logger()
pytestmark = [pytest.mark.soak, pytest.mark.timeout(300)]
OFFICES = 8
MEGABYTE = 2**20
FULL = "Máy chủ đang đầy"
RECEIPT = "Đã ghi nhận 1 tệp"


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    with small_disk(tmp_path, 16) as folder:
        yield folder


def report(number: int, size: int) -> bytes:
    return sample(f"bao-cao-{number}.docx") + b"\n" * size


async def receipts_are_true(stage: Stage) -> int:
    """Every receipt heard has its row, every row its file, whole; how many there are."""
    async with stage.app.db.reading() as session:
        kept = (await session.scalars(select(SubmissionFile))).all()
        reports = (await session.scalars(select(Submission))).unique().all()
    for file in kept:
        data = stage.app.house.store.path(file.sha256).read_bytes()
        assert hashlib.sha256(data).hexdigest() == file.sha256
    said = [text for n in range(OFFICES) for text in heard(stage, name_of(n)) if text.startswith(RECEIPT)]
    codes = {f"{row.assignment.office.short}-{row.id:04d}" for row in reports}
    assert all(any(code in text for code in codes) for text in said), "a receipt without its row"
    return len(said)


async def test_on_a_full_disk_nothing_is_acknowledged_falsely_and_it_goes_on_by_itself(disk: Path) -> None:
    unlogged()
    async with Stage(START, folder=disk) as stage:
        await publish(stage, await seat_block(stage, OFFICES))
        ballast = fill(disk, leave=MEGABYTE)
        for number in range(OFFICES):
            await stage.phone(name_of(number)).send_document("bao-cao.docx", report(number, 2 * MEGABYTE))
        await stage.settled()
        told = [text for n in range(OFFICES) for text in heard(stage, name_of(n)) if FULL in text]
        assert len(told) == OFFICES, "somebody was not told"
        assert len([text for text in heard(stage, "Hà") if "hết chỗ lưu" in text]) == 1

        ballast.unlink()
        ballast = fill(disk, leave=0)
        async with asyncio.timeout(60):
            refused = await everybody_writes(stage)
        freed = time.monotonic()
        ballast.unlink()
        await stage.settled()
        recovery = time.monotonic() - freed
        receipts = await receipts_are_true(stage)
        came, gone = await rows_of(stage)
        assert {row.outcome for row in came} == {Outcome.DONE}
        assert all(row.outcome in (Outcome.DONE, Outcome.REPLACED) for row in gone)
        again = sum(row.uncertain for row in gone)
        assert recovery <= 61
        print(
            f"\nF4 disk full: {OFFICES} uploads refused in words, {refused} webhook calls answered 503, "
            f"{receipts} receipts, 0 of them false, {again} said again; on again {recovery:.1f} s after space came back"
        )


async def everybody_writes(stage: Stage) -> int:
    """With no byte left: texts, acknowledgements, small files, and something to send; until the door refuses."""
    for number in range(OFFICES):
        phone = stage.phone(name_of(number))
        await phone.say("đã nhận")
        await phone.say("/viec " + "x" * 3000)
        await phone.send_document("bao-cao.docx", report(number, 1000))
    try:
        async with open_work(stage.app.db, stage.clock) as work:
            await work.send(Address("telegram", str(stage.phone("Hà").id)), Outgoing("x" * 4000))
    except Exception as error:
        log.info("not even put into the outbox", error=type(error).__name__)
    refused, number = 0, 0
    async with aiohttp.ClientSession() as http:
        while refused < 10:
            number += 1
            status = await knock(stage, http, message(10**5 + number, 5000 + number, "Người lạ", "x" * 3000))
            assert status in (200, 503)
            refused += status == 503
    return refused
