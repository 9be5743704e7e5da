"""The month of a Zalo Bot account: warned once, then it only answers; what waits together is one message."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.clocks import VIETNAM
from bot.messages import Address, Button, OutFile, Outgoing
from bot.sandbox.stage import Stage
from bot.vi.quota import digest
from db import open_work
from db.mail import Priority
from db.people import Role, contact_for
from db.usage import exchanged

START = datetime(2024, 5, 30, 8, tzinfo=VIETNAM)
LIMIT = 40
TEN_DAYS = timedelta(days=10)


@pytest.fixture
async def stage(sqlite_url: str) -> AsyncIterator[Stage]:
    plan = {"zalo_bot_messages": LIMIT, "zalo_bot_users": 0}
    async with Stage(
        START, channel="zalo_bot", others={"Dũng": "telegram"}, database_url=sqlite_url, more=plan
    ) as stage:
        await stage.seat("Hà", await stage.office("Phòng Nội vụ"), Role.COORDINATOR)
        await stage.seat("Lan", await stage.office("Phòng Tư pháp"), Role.HEAD)
        yield stage


async def use(stage: Stage, messages: int) -> None:
    """Lan writes until so much of the month is used, each answer counted; then it is counted anew."""
    for _ in range(messages // 2):
        await stage.phone("Lan").say("còn gì")
        await stage.settled()
    await stage.restart()
    stage.phone("Lan").messages.clear()


async def tell(stage: Stage, *messages: Outgoing, priority: Priority = Priority.BROADCAST, **facts: Any) -> None:
    async with open_work(stage.app.db, stage.clock) as work:
        lan = await contact_for(work.session, stage.address("Lan"))
        for message in messages:
            expires = work.now + TEN_DAYS
            assert await work.tell(lan.person_id or 0, message, priority=priority, expires_at=expires, **facts)
    await stage.settled()


def heard(stage: Stage, name: str) -> list[str]:
    return [message.text for message in stage.phone(name).messages if message.from_bot]


async def test_the_coordinator_is_warned_once_in_a_month(stage: Stage) -> None:
    await use(stage, 30)
    await tell(stage, Outgoing("Một"))
    assert heard(stage, "Hà") == []
    await use(stage, 4)
    await tell(stage, Outgoing("Hai"))
    await stage.restart()
    await tell(stage, Outgoing("Ba"))
    [warning] = heard(stage, "Hà")
    assert warning.startswith(f"Zalo Bot đã dùng 35/{LIMIT} tin của tháng này.")


async def test_near_the_end_only_answers_go_and_the_rest_comes_next_month(stage: Stage) -> None:
    await use(stage, 38)
    await tell(stage, Outgoing("Công văn mới"))
    await tell(stage, Outgoing("Nhắc hạn"), priority=Priority.REMINDER)
    await stage.phone("Lan").say("còn gì")
    await stage.settled()
    assert [text[:12] for text in heard(stage, "Lan")] == ["Hiện đơn vị "]
    assert [text[:24] for text in heard(stage, "Hà")] == ["Zalo Bot đã dùng 38/40 t"]
    await stage.app.walk_to(START + timedelta(days=1, hours=3))
    assert len(heard(stage, "Lan")) == 1
    await stage.app.walk_to(datetime(2024, 6, 1, 9, tzinfo=VIETNAM))
    assert sorted(heard(stage, "Lan")[1:]) == ["Công văn mới", "Nhắc hạn"]


@pytest.mark.full
async def test_what_would_wait_goes_to_another_chat_of_the_person(stage: Stage) -> None:
    other = stage.telegram.user(77, "Lan")
    other.opened()
    async with open_work(stage.app.db, stage.clock) as work:
        lan = await contact_for(work.session, stage.address("Lan"))
        contact = await contact_for(work.session, Address("telegram", "77"))
        contact.person_id = lan.person_id
    await use(stage, 38)
    await tell(stage, Outgoing("Công văn mới"))
    assert [message.text for message in other.messages] == ["Công văn mới"]
    assert heard(stage, "Lan") == []


async def test_when_little_is_left_what_waits_unasked_is_one_message(stage: Stage) -> None:
    await use(stage, 34)
    async with open_work(stage.app.db, stage.clock) as work:
        lan = await contact_for(work.session, stage.address("Lan"))
        for number in (1, 2):
            button = Button("Gửi báo cáo", f"/nop {number} 1")
            message = Outgoing(f"Công văn {number}", ((button,),), about=f"card:{number}")
            await work.tell(lan.person_id or 0, message, priority=Priority.BROADCAST)
    await stage.settled()
    assert heard(stage, "Lan") == ["Công văn 1\n\n– – –\n\nCông văn 2\n\nGõ: Gửi báo cáo"]


async def test_many_people_are_warned_of(sqlite_url: str) -> None:
    plan = {"zalo_bot_messages": 0, "zalo_bot_users": 2}
    async with Stage(START, channel="zalo_bot", database_url=sqlite_url, more=plan) as stage:
        await stage.seat("Hà", await stage.office("Phòng Nội vụ"), Role.COORDINATOR)
        await stage.seat("Lan", await stage.office("Phòng Tư pháp"), Role.HEAD)
        await tell(stage, Outgoing("Một"))
        assert heard(stage, "Hà")[0].startswith("Zalo Bot đã có 2/2 người dùng.")


async def test_only_this_month_and_this_channel_count(stage: Stage) -> None:
    async def used(since: datetime, channel: str = "zalo_bot") -> int:
        async with stage.app.db.reading() as session:
            return await exchanged(session, channel, since)

    await use(stage, 6)
    assert await used(START - timedelta(days=1)) == 6
    assert await used(START + timedelta(days=1)) == 0
    assert await used(START - timedelta(days=1), "telegram") == 0
    await tell(stage, Outgoing("Đề nghị báo cáo. " * 300))
    assert await used(START - timedelta(days=1)) == 6 + 3  # each part


def test_a_digest_asks_which_where_a_label_would_mean_several_things() -> None:
    first = Outgoing("Một", ((Button("Gửi báo cáo", "/nop 1 1"), Button("Xin gia hạn", "/giahan 1 1")),))
    second = Outgoing("Hai", ((Button("Gửi báo cáo", "/nop 2 1"),),))
    file = Outgoing("", file=OutFile("a.docx", "aa"))
    found = digest([file, first, second])
    assert [(button.label, button.says) for row in found.buttons for button in row] == [
        ("Gửi báo cáo", "/nop"),
        ("Xin gia hạn", "/giahan 1 1"),
    ]
    assert (found.file, found.text) == (OutFile("a.docx", "aa"), "Một\n\n– – –\n\nHai")
