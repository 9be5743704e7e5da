"""A channel that dies: what waits there goes to people's other apps, and who runs it hears so once."""

from __future__ import annotations

from datetime import datetime, timedelta

import aiohttp
import pytest
from sqlalchemy import select

from bot.clocks import VIETNAM, MovableClock
from bot.messages import Outgoing
from bot.sandbox.stage import TOKEN, Stage
from bot.sandbox.telegram_faults import Fault
from bot.watch import LOOK_EVERY
from db import open_work
from db.mail import Delivery, Outcome
from db.people import Person, Role, contact_for

START = datetime(2024, 5, 14, 8, tzinfo=VIETNAM)
ON_ZALO = {"Hà": "zalo_bot", "Zalo của Lan": "zalo_bot"}


def heard(stage: Stage, name: str) -> list[str]:
    return [message.text for message in stage.phone(name).messages if message.from_bot]


async def seated(stage: Stage) -> int:
    """Lan has Telegram and Zalo, prefers Telegram; Hà coordinates from Zalo. Lan's number."""
    await stage.seat("Hà", await stage.office("Phòng Nội vụ", "NV"), Role.COORDINATOR)
    await stage.seat("Lan", await stage.office("Phòng Tư pháp", "TP"), Role.HEAD)
    stage.phone("Zalo của Lan").opened()
    async with open_work(stage.app.db, stage.clock) as work:
        lan = (await work.session.scalars(select(Person).where(Person.name == "Lan"))).one()
        (await contact_for(work.session, stage.address("Lan"))).preferred = True
        (await contact_for(work.session, stage.address("Zalo của Lan"))).person = lan
        return lan.id


async def say(stage: Stage, person: int, text: str) -> None:
    async with open_work(stage.app.db, stage.clock) as work:
        assert await work.tell(person, Outgoing(text))
    await stage.settled()


async def ready(stage: Stage) -> dict[str, str]:
    url = f"http://127.0.0.1:{stage.settings.port}/readyz"
    async with aiohttp.ClientSession() as http, http.get(url) as answer:
        wrong: dict[str, str] = (await answer.json())["wrong"]
        return {name: why for name, why in wrong.items() if name != "tick"}


async def test_what_a_dead_channel_cannot_say_is_said_in_the_next_app_and_the_keepers_hear_it_once(
    sqlite_url: str,
) -> None:
    async with Stage(START, others=ON_ZALO, database_url=sqlite_url) as stage:
        lan = await seated(stage)
        for method in ("sendMessage", "getMe"):
            stage.telegram.faults.add(method, Fault.refuse(401), times=None)
        await say(stage, lan, "Nhắc việc")
        assert heard(stage, "Lan") == []
        assert heard(stage, "Zalo của Lan") == ["Nhắc việc"]
        async with stage.app.db.reading() as session:
            rows = (await session.scalars(select(Delivery).order_by(Delivery.id))).all()
        assert [row.outcome for row in rows] == [Outcome.MOVED, Outcome.DONE]
        for _ in range(2):
            await stage.app.tick()
            await stage.settled()
        [told] = heard(stage, "Hà")
        assert told.startswith("Kênh Telegram đang hỏng: nền tảng không còn chấp nhận mã truy cập")
        assert await ready(stage) == {"telegram": "revoked"}
        stage.telegram.faults.clear()
        async with open_work(stage.app.db, stage.clock) as work:
            await work.send(stage.address("Lan"), Outgoing("Đã thông"))
        await stage.settled()
        await stage.app.tick()
        await stage.settled()
        assert heard(stage, "Hà")[1:] == ["Kênh Telegram đã hoạt động lại; tin chờ đang được gửi."]
        assert await ready(stage) == {}


@pytest.mark.full
async def test_one_failure_is_no_death_and_nothing_moves(sqlite_url: str) -> None:
    async with Stage(START, others=ON_ZALO, database_url=sqlite_url) as stage:
        lan = await seated(stage)
        stage.telegram.faults.add("sendMessage", Fault.refuse(502), times=1)
        await say(stage, lan, "Nhắc việc")
        assert heard(stage, "Lan") == ["Nhắc việc"]
        assert heard(stage, "Zalo của Lan") == []
        await stage.app.tick()
        await stage.settled()
        assert heard(stage, "Hà") == []


async def test_a_question_that_failed_once_is_forgotten_when_the_next_is_answered(sqlite_url: str) -> None:
    async with Stage(START, others=ON_ZALO, database_url=sqlite_url) as stage:
        await seated(stage)
        pulse = stage.app.watch._pulses["telegram"]
        stage.telegram.faults.add("getMe", Fault.refuse(502), times=1)
        await stage.app.watch._ask()
        assert pulse.since is not None
        await stage.app.watch._ask()
        assert pulse.since is None


class Clock(MovableClock):
    """Machine time can be put ahead."""

    ahead = timedelta(0)

    def machine(self) -> datetime:
        return super().machine() + self.ahead


async def look(stage: Stage, clock: Clock, later: timedelta) -> None:
    clock.ahead += later
    for speaker in stage.app.speakers.values():
        await speaker.take()  # its lease has run out, as for all of a machine that slept
    await stage.app.tick()
    assert stage.app.watch._asking is not None
    await stage.app.watch._asking
    await stage.app.tick()
    await stage.settled()


async def test_a_platform_that_calls_another_address_is_said_within_ten_minutes_and_once(sqlite_url: str) -> None:
    clock = Clock(START)
    async with Stage(START, others=ON_ZALO, database_url=sqlite_url, clock=clock) as stage:
        await seated(stage)
        call = f"{stage.telegram.url}/bot{TOKEN}/setWebhook"
        async with aiohttp.ClientSession() as http, http.post(call, json={"url": "http://127.0.0.1:9/khac"}) as answer:
            assert answer.status == 200
        await look(stage, clock, LOOK_EVERY)
        assert (heard(stage, "Hà"), await ready(stage)) == ([], {})
        for _ in range(3):
            await look(stage, clock, LOOK_EVERY)
        [told] = heard(stage, "Hà")
        assert "không chuyển được tới máy chủ (webhook)" in told
        assert await ready(stage) == {"telegram": "webhook silent"}
        await say(stage, 2, "Nhắc việc")
        assert heard(stage, "Lan") == ["Nhắc việc"], "what we say still gets through"
