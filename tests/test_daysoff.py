"""Days off as the coordinator types them, and a calendar that many hold."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from bot.clocks import VIETNAM
from bot.sandbox.chatfile import parse
from bot.sandbox.play import START, Player
from bot.sandbox.stage import Stage
from bot.vi.daysoff import examples
from handlers.deeds.daysoff import MOST, Change, pack, read_change, unpack
from scheduler.workdays import Workdays

HERE = Path(__file__).parent / "chats"
SCENE = """# scene
đơn vị: Phòng Nội vụ (NV); Phòng Tư pháp (TP); Phòng Tài chính - Kế hoạch (TCKH)
người: Hà (NV, người tổng hợp); Lan (TP, thủ trưởng)
đã gửi: hai-don-vi.txt, chậm

Hà  > đơn vị
Hà  < ...
"""
TODAY = date(2026, 12, 14)
OFF, WORK = "nghỉ theo thông báo", None
SWAP = "nghỉ hoán đổi"
JANUARY = [date(2027, 1, n) for n in range(32) if n]


@pytest.mark.parametrize(
    ("text", "days", "dropped"),
    [
        ("nghỉ 2/1/2027, làm bù 10/1/2027", {JANUARY[1]: SWAP, JANUARY[9]: WORK}, []),
        ("nghi 2/1, lam bu 10/1", {JANUARY[1]: SWAP, JANUARY[9]: WORK}, []),
        ("ngày nghỉ: nghỉ 2/1/2027", {JANUARY[1]: OFF}, []),
        ("nghỉ 4/1 và 5/1", {JANUARY[3]: OFF, JANUARY[4]: OFF}, []),
        ("nghỉ 4/1 đến 6/1", {JANUARY[3]: OFF, JANUARY[4]: OFF, JANUARY[5]: OFF}, []),
        ("nghỉ từ 4/1 - 5/1; bỏ 8/1", {JANUARY[3]: OFF, JANUARY[4]: OFF}, [JANUARY[7]]),
        ("làm việc thứ Bảy 9/1", {JANUARY[8]: WORK}, []),
        ("nghỉ 14/12", {TODAY: OFF}, []),
    ],
)
def test_days_are_read_with_what_they_are_to_be(text: str, days: dict[date, str | None], dropped: list[date]) -> None:
    change = read_change(text, TODAY)
    assert change == Change(days, dropped)
    assert change is not None
    assert unpack(pack(change)) == change


@pytest.mark.parametrize("text", ["nghỉ 13/12/2026", "nghỉ", "nghỉ 31/2/2027", "nghỉ hôm nào tiện", "nghỉ 6/1 đến 4/1"])
def test_a_day_gone_by_or_none_changes_nothing(text: str) -> None:
    assert read_change(text, TODAY) is None


def test_no_more_days_at_a_time_than_can_wait_for_a_word() -> None:
    last = JANUARY[0] + timedelta(days=MOST - 1)
    most = read_change(f"nghỉ 1/1/2027 đến {last:%d/%m/%Y}", TODAY)
    assert most is not None
    assert len(most.days) == MOST
    assert len(f"daysoff:{pack(most)}") <= 200  # what a contact may be expected to answer
    assert read_change(f"nghỉ 1/1/2027 đến {last + timedelta(days=1):%d/%m/%Y}", TODAY) is None


def test_what_is_adopted_holds_for_everybody_and_is_given_back() -> None:
    calendar, day = Workdays.load(), JANUARY[3]
    change = read_change("nghỉ 4/1/2027", TODAY)
    assert change is not None
    assert not change.on(calendar).is_working(day)
    assert calendar.is_working(day)
    calendar.adopt(change.days)
    assert calendar.why_off(day) == OFF
    assert Change({}, [day]).on(calendar).is_working(day)
    calendar.adopt({})
    assert calendar.is_working(day)


@pytest.mark.parametrize("today", [TODAY, date(2024, 12, 27), date(2025, 1, 20), date(2026, 8, 25)])
def test_what_may_be_typed_is_shown_with_days_that_could_be_changed_so(today: date) -> None:
    calendar = Workdays()
    for example in examples(today, calendar).split("; "):
        change = read_change(example, today)
        assert change is not None, example
        after = change.on(calendar)
        assert all(after.is_working(day) != calendar.is_working(day) for day in change.days), example


async def test_said_on_the_day_itself_the_preview_promises_no_move_that_is_not_made(
    tmp_path: Path, sqlite_url: str
) -> None:
    scene = tmp_path / "scene.chat"
    scene.write_text(SCENE, encoding="utf-8")
    async with Stage(START, database_url=sqlite_url) as stage:
        await Player(stage, parse(scene), folder=HERE / "files").play()
        stage.clock.move_to(datetime(2024, 5, 17, 9, tzinfo=VIETNAM))
        await stage.app.tick()
        await stage.settled()
        phone, heard = stage.phone("Hà"), []
        for words in ("nghỉ 17/5", "lưu"):
            await phone.say(words)
            await stage.settled()
            heard.append(phone.messages[-1].text)
    assert "không đổi" in heard[0]
    assert "Không lời nhắc nào phải chuyển" in heard[1]
