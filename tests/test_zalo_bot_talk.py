"""What Zalo keeps from bots is answered all the same, once in a while; groups are sent to the private chat."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest

from bot.clocks import VIETNAM
from bot.sandbox.stage import Stage
from bot.sandbox.zalo_bot import User
from bot.vi import filing
from db.people import Role
from db.uploads import Link

START = datetime(2024, 5, 14, 8, tzinfo=VIETNAM)
UNSEEN = "Zalo chưa chuyển nội dung tin vừa rồi cho trợ lý"


@pytest.fixture
async def stage(sqlite_url: str) -> AsyncIterator[Stage]:
    async with Stage(START, channel="zalo_bot", redeliver=2, database_url=sqlite_url) as stage:
        await stage.seat("Lan", await stage.office("Phòng Tư pháp"), Role.HEAD)
        yield stage


def heard(user: User) -> list[str]:
    return [message.text for message in user.messages if message.from_bot]


async def test_ten_files_zalo_keeps_from_us_are_answered_once_in_five_minutes(stage: Stage) -> None:
    lan = stage.phone("Lan")
    for number in range(10):
        await lan.send_document(f"bao-cao-{number}.docx", b"PK")
    await stage.settled()
    [told] = heard(lan)
    assert told.startswith(UNSEEN)
    await lan.share("https://example.com")
    await stage.settled()
    await stage.app.walk_to(START + timedelta(minutes=6))
    await stage.settled()
    assert len(heard(lan)) == 1
    await lan.send_contact("Bình")
    await stage.settled()
    assert len(heard(lan)) == 2


async def test_a_message_without_its_sender_is_answered_and_one_without_a_chat_is_not(stage: Stage) -> None:
    lan = stage.phone("Lan")
    stage.zalo_bot.world.unsupported = "no sender"
    await lan.send_document("a.docx", b"PK")
    await stage.settled()
    assert len(heard(lan)) == 1
    await stage.app.walk_to(START + timedelta(minutes=6))
    stage.zalo_bot.world.unsupported = "bare"
    await lan.send_document("a.docx", b"PK")
    await stage.settled()
    assert len(heard(lan)) == 1


async def test_a_stranger_hears_once_a_day_what_a_stranger_hears(stage: Stage) -> None:
    stranger = stage.zalo_bot.user("b" * 20, "Người lạ")
    await stranger.send_document("a.docx", b"PK")
    await stranger.send_document("b.docx", b"PK")
    await stage.settled()
    [told] = heard(stranger)
    assert told.startswith("Đây là trợ lý nhắc việc của cơ quan nhà nước.")


async def test_in_a_group_it_asks_for_the_private_chat(stage: Stage) -> None:
    group = stage.zalo_bot.group("Tổ tổng hợp")
    await stage.phone("Lan").say("nói với nhau", group)
    await stage.phone("Lan").mention("ai chưa nộp", group)
    await stage.settled()
    said = [message.text for message in group.messages if message.from_bot]
    assert said == ["Đề nghị nhắn riêng cho trợ lý; trong nhóm hệ thống không xử lý việc của đơn vị."]


async def test_what_the_bot_hears_of_itself_is_not_answered(stage: Stage) -> None:
    stage.zalo_bot.world.echo = True
    await stage.phone("Lan").say("còn gì")
    await stage.settled()
    assert len(heard(stage.phone("Lan"))) == 1


def test_the_sentence_tells_where_files_go() -> None:
    link = Link("https://nhacviec.example/nop/x", START)
    assert "\nhttps://nhacviec.example/nop/x\n" in filing.unseen(link).text
    assert "QLVB" in filing.unseen(None).text
