"""What the campaigns share: an office block with directives already out, a clock that can sleep, a small disk."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from sqlalchemy import select

from bot.channels.telegram_door import SECRET_HEADER
from bot.clocks import VIETNAM, MovableClock
from bot.logs import setup
from bot.sandbox.stage import Stage
from db.directives import Assignment, Directive, Task
from db.mail import Delivery, Received, Reminder
from db.people import Person, Role
from scheduler.plan import Rung

START = datetime(2024, 5, 14, 8, tzinfo=VIETNAM)
DUE = datetime(2024, 5, 24, 23, 59, tzinfo=VIETNAM)
HOME = "Phòng Nội vụ"


class SleepyClock(MovableClock):
    """Machine time goes on with civil time: hours of waiting pass when they are asked for."""

    def machine(self) -> datetime:
        return super().machine() + (self.now() - START)


def name_of(number: int) -> str:
    return f"Trưởng phòng {number}"


async def seat_block(stage: Stage, count: int) -> list[int]:
    """The coordinator Hà and one head in each of `count` offices; the offices' ids."""
    await stage.seat("Hà", await stage.office(HOME, "NV"), Role.COORDINATOR)
    offices = []
    for number in range(count):
        offices.append(await stage.office(f"Phòng số {number}", f"P{number}"))
        await stage.seat(name_of(number), offices[-1], Role.HEAD)
    return offices


async def publish(stage: Stage, offices: Sequence[int], *, directives: int = 1, rungs: Sequence[Rung] = ()) -> None:
    """Each directive asks one report of each office, as if it had gone out a moment ago."""
    home = await stage.office(HOME)
    async with stage.app.db.writing() as session:
        hà = (await session.scalars(select(Person).where(Person.name == "Hà"))).one()
        for number in range(1, directives + 1):
            now = stage.clock.now()
            directive = Directive(number=f"{number}/UBND-NV", subject="báo cáo kết quả", collector_id=home)
            directive.coordinator_id, directive.drafted_at, directive.published_at = hà.id, now, now
            session.add(directive)
            await session.flush()
            task = Task(directive_id=directive.id, position=1, number="1", text="Báo cáo kết quả", due_at=DUE)
            task.target_at, task.deadline_words = DUE, "trước ngày 25/5/2024"
            session.add(task)
            await session.flush()
            owed = [Assignment(task_id=task.id, office_id=office, sent_at=now) for office in offices]
            session.add_all(owed)
            await session.flush()
            session.add_all(
                Reminder(lane=f"office:{one.office_id}", assignment_id=one.id, rung=rung.kind, due_at=rung.at)
                for one in owed
                for rung in rungs
            )


def heard(stage: Stage, name: str) -> list[str]:
    return [message.text for message in stage.phone(name).messages if message.from_bot]


async def rows_of(stage: Stage) -> tuple[Sequence[Received], Sequence[Delivery]]:
    async with stage.app.db.reading() as session:
        came = (await session.scalars(select(Received).order_by(Received.id))).all()
        return came, (await session.scalars(select(Delivery).order_by(Delivery.id))).all()


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Path]:
    """A file system of this size, and no more."""
    mount = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)]
    if subprocess.run(mount, capture_output=True).returncode != 0:
        pytest.skip("NOT MEASURED: mounting a small file system is not allowed here; run as root")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(folder: Path, *, leave: int) -> Path:
    """Fill the disk, but for `leave` bytes; the file to delete for space."""
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file:
        try:
            while file.write(b"x" * 65536) == 65536:
                pass
        except OSError:
            pass
        file.truncate(max(0, file.tell() - leave))
    return ballast


async def knock(stage: Stage, http: aiohttp.ClientSession, update: dict[str, Any]) -> int:
    """Hand this update to the webhook as Telegram would; the status it answers."""
    webhook: Any = stage.app.channels["telegram"]
    door = webhook._webhook
    url, headers = stage.settings.public_url + door.path, {SECRET_HEADER: door.secret}
    async with http.post(url, json=update, headers=headers) as answer:
        return answer.status


def message(update_id: int, user_id: int, name: str, text: str, at: datetime = START) -> dict[str, Any]:
    """The update of a text in a private chat, as Telegram writes it."""
    who = {"id": user_id, "is_bot": False, "first_name": name}
    chat = {"id": user_id, "type": "private", "first_name": name}
    body = {"message_id": 10**6 + update_id, "date": int(at.timestamp()), "chat": chat, "from": who, "text": text}
    if text.startswith("/"):
        body["entities"] = [{"type": "bot_command", "offset": 0, "length": len(text.split()[0])}]
    return {"update_id": update_id, "message": body}


def unlogged() -> None:
    """Without a setup each traceback is drawn with its locals, which takes longer than what is measured."""
    setup("CRITICAL", True, [])
