"""A whole district for a month: 300 offices of three people each, ten directives open, from «Gửi 300 đơn vị» to
«Kết thúc công văn». NHACVIEC_OFFICES and NHACVIEC_DIRECTIVES make it smaller.

Each office deals with each directive in its own way, drawn by lot. What they did is written into a ledger that knows
nothing of the bot, and each message an office hears is held against it the moment it appears.
"""

from __future__ import annotations

import asyncio
import os
import random
import re
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.clocks import VIETNAM, local
from bot.sandbox.samples import sample
from bot.sandbox.stage import Stage
from bot.sandbox.telegram import Event
from db.mail import Priority
from db.people import Role
from soak.theatre import HOME, rows_of, unlogged

pytestmark = [pytest.mark.soak, pytest.mark.timeout(5400)]
OFFICES = int(os.environ.get("NHACVIEC_OFFICES", "300"))
DIRECTIVES = int(os.environ.get("NHACVIEC_DIRECTIVES", "10"))
SEED = int(os.environ.get("NHACVIEC_SEED", "412"))
FIRST = datetime(2024, 5, 13, 8, tzinfo=VIETNAM)
DUES = [date(2024, 5, day) for day in (17, 20, 21, 22, 24, 24, 27, 28, 30, 31)]
"""«Trước ngày X»; no day off but weekends until the end of it all."""
LAST = datetime(2024, 6, 6, 16, 30, tzinfo=VIETNAM)
WAYS = {"prompt": 45, "last day": 22, "late": 10, "qlvb": 8, "promise": 5, "extension": 5, "silent": 5}
STEP = timedelta(minutes=15)
TEXT = """ỦY BAN NHÂN DÂN
HUYỆN SƠN THỦY

Số: {number}/UBND-NV
V/v báo cáo kết quả công tác {number}

Sơn Thủy, ngày {at.day} tháng {at.month} năm {at.year}

Kính gửi:

{offices}

Chủ tịch UBND huyện yêu cầu:

1. Các cơ quan nêu trên báo cáo kết quả công tác {number}, gửi về UBND huyện (qua Phòng Nội vụ) trước ngày {due}.

Nơi nhận:

- Như trên;
- Lưu: VT, NV.

CHỦ TỊCH

Trần Văn An
"""
SAYS = re.compile(r"chưa nhận được|quan tâm thực hiện|còn \d+ ngày làm việc|đến hạn hôm nay")
LEFT = re.compile(r"còn (\d+) ngày làm việc")

Steps = AsyncIterator[None]


@dataclass
class Duty:
    """What an office owes of a directive and has done: truth, kept apart from the bot."""

    office: int
    number: int
    due: date
    way: str
    done: datetime | None = None
    counted: datetime | None = None
    longer: date | None = None

    @property
    def last_day(self) -> date:
        """«Trước ngày X» ends on the day before, whatever day that is."""
        return self.longer or self.due - timedelta(days=1)


@dataclass
class District:
    stage: Stage
    chance: random.Random = field(default_factory=lambda: random.Random(SEED))
    duties: dict[tuple[int, int], Duty] = field(default_factory=dict)
    acts: dict[datetime, list[tuple[Duty, str]]] = field(default_factory=lambda: defaultdict(list))
    busy: set[tuple[int, datetime]] = field(default_factory=set)
    closed: dict[int, datetime] = field(default_factory=dict)
    untrue: list[str] = field(default_factory=list)
    judged: int = 0
    lists: int = 0

    def phone(self, office: int) -> Any:
        return self.stage.phone(self.chance.choice(people(office)))

    async def settle(self) -> None:
        await self.stage.settled()

    # --- the coordinator ---

    async def send(self, number: int, due: date) -> None:
        hà = self.stage.phone("Hà")
        offices = "\n".join(f"- {office_name(n)};" for n in range(OFFICES))
        text = TEXT.format(number=number, offices=offices, due=f"{due:%d/%m/%Y}", at=local(self.stage.clock.now()))
        await hà.send_document(f"cv-{number}.txt", text.encode())
        await self.settle()
        await hà.press(newest(hà), f"Gửi {OFFICES} đơn vị")
        await self.settle()
        await hà.press(newest(hà), "Chậm")
        await self.settle()
        if (again := f"Gửi {OFFICES} đơn vị") in labels(newest(hà)):
            await hà.press(newest(hà), again)
            await self.settle()
        for office in range(OFFICES):
            self.plan(office, number, due)

    async def look(self) -> None:
        """«Ai chưa nộp»: the count of each open directive is that of the ledger."""
        hà = self.stage.phone("Hà")
        await hà.say("ai chưa nộp")
        await self.settle()
        said = {int(number): int(done) for number, done in re.findall(r"(\d+)/UBND-NV\D+?(\d+)/\d+", newest(hà).text)}
        for number, done in said.items():
            true = sum(duty.counted is not None for duty in self.duties.values() if duty.number == number)
            self.lists += 1
            if done != true:
                self.untrue.append(f"{number}: {done} said to have reported, {true} have")

    async def close(self, number: int) -> None:
        hà = self.stage.phone("Hà")
        await hà.say("kết thúc công văn")
        await self.settle()
        asked = len(hà.messages) - 1
        which = [label for label in labels(newest(hà)) if f"{number}/UBND-NV" in label]
        if which:
            await hà.press(newest(hà), which[0])
            await self.settle()
        if "Vẫn kết thúc" in labels(newest(hà)):
            await hà.press(newest(hà), "Vẫn kết thúc")
            await self.settle()
        said = [message.text for message in hà.messages[asked:] if message.from_bot]
        assert any("Đã kết thúc" in text for text in said), said
        self.closed[number] = self.stage.clock.now()

    # --- the offices ---

    def plan(self, office: int, number: int, due: date) -> None:
        way = self.chance.choices(list(WAYS), list(WAYS.values()))[0]
        duty = self.duties[office, number] = Duty(office, number, due, way)
        now = self.stage.clock.now()
        last = due - timedelta(days=1)
        while last.weekday() > 4:
            last -= timedelta(days=1)
        if self.chance.random() < 0.7:
            self.at(now + STEP, duty, "acknowledge")
        match way:
            case "prompt":
                self.at(self.between(now + 2 * STEP, on(last, 16)), duty, "hand in")
            case "last day":
                self.at(self.between(on(last, 8), on(last, 16)), duty, "hand in")
            case "late":
                self.at(self.between(on(due, 8), on(due + timedelta(days=4), 16)), duty, "hand in")
            case "qlvb":
                self.at(self.between(now + 2 * STEP, on(last, 16)), duty, "qlvb")
            case "promise":
                self.at(now + 2 * STEP, duty, "promise")
                self.at(on(last, 10), duty, "hand in")
            case "extension":
                self.at(now + 2 * STEP, duty, "extension")
                self.at(on(due + timedelta(days=1), 9), duty, "hand in")

    def between(self, first: datetime, last: datetime) -> datetime:
        """A quarter of an hour in which offices work."""
        while True:
            found = first + (max(last, first) - first) * self.chance.random()
            if last <= first or (found.weekday() < 5 and 8 <= found.hour < 17):
                return found

    def at(self, moment: datetime, duty: Duty, act: str) -> None:
        slot = FIRST + STEP * -(-(moment - FIRST) // STEP)
        while (duty.office, slot) in self.busy or slot.weekday() > 4 or not 8 <= slot.hour < 17:
            slot += STEP
        self.busy.add((duty.office, slot))
        self.acts[slot].append((duty, act))

    def act(self, duty: Duty, act: str) -> Steps:
        match act:
            case "acknowledge":
                return self.tap(duty, "Đã nhận công văn")
            case "hand in":
                return self.hand_in(duty)
            case "qlvb":
                return self.elsewhere(duty)
            case "promise":
                return self.about(duty, f"hẹn gửi {duty.last_day.day}/{duty.last_day.month}", self.phone(duty.office))
            case _:
                return self.extend(duty)

    async def tap(self, duty: Duty, label: str) -> Steps:
        phone = self.phone(duty.office)
        card = card_of(phone, duty.number)
        if label in labels(card):
            await phone.press(card, label)
        yield

    async def hand_in(self, duty: Duty) -> Steps:
        phone = self.phone(duty.office)
        await phone.press(card_of(phone, duty.number), "Gửi báo cáo")
        yield
        if "Nút này thuộc bản cũ" in newest(phone).text:
            await phone.press(newest(phone), "Gửi báo cáo")
            yield
        await phone.send_document(f"bao-cao-{duty.office}-{duty.number}.docx", report_of(duty))
        yield
        assert "Đã ghi nhận" in newest(phone).text, newest(phone).text
        duty.done = duty.counted = self.stage.clock.now()

    async def elsewhere(self, duty: Duty) -> Steps:
        phone = self.phone(duty.office)
        await phone.press(card_of(phone, duty.number), "Đã gửi qua QLVB")
        yield
        await phone.say(f"{duty.office + 1}/BC-P{duty.office}")
        yield
        duty.done = self.stage.clock.now()
        hà = self.stage.phone("Hà")
        asked = next(
            message
            for message in reversed(hà.messages)
            if message.from_bot and f"{office_name(duty.office)} (" in message.text and "Đã thấy" in labels(message)
        )
        await hà.press(asked, "Đã thấy")
        yield
        duty.counted = self.stage.clock.now()

    async def about(self, duty: Duty, words: str, phone: Any) -> Steps:
        """Said, and once more of which directive where the bot asks."""
        await phone.say(words)
        yield
        which = [label for label in labels(newest(phone)) if f"{duty.number}/UBND-NV" in label]
        if which:
            await phone.press(newest(phone), which[0])
            yield
        assert "Đã ghi nhận" in newest(phone).text or "Đã chuyển" in newest(phone).text, newest(phone).text

    async def extend(self, duty: Duty) -> Steps:
        wanted = duty.due + timedelta(days=1)
        while wanted.weekday() > 4:
            wanted += timedelta(days=1)
        phone = self.phone(duty.office)
        async for _ in self.about(duty, f"xin gia hạn đến {wanted.day}/{wanted.month} vì chờ số liệu", phone):
            yield
        hà = self.stage.phone("Hà")
        asked = [
            message
            for message in hà.messages
            if f"{office_name(duty.office)} (" in message.text
            and f"{duty.number}/UBND-NV" in message.text
            and "Đồng ý" in labels(message)
        ]
        await hà.press(asked[-1], "Đồng ý")
        duty.longer = wanted
        yield

    # --- what is heard ---

    async def listen(self, events: asyncio.Queue[Event]) -> None:
        whose = {self.stage.phone(name).id: office for office in range(OFFICES) for name in people(office)}
        while True:
            event = await events.get()
            if event.kind in {"sent", "edited"} and event.message.from_bot and event.message.chat_id in whose:
                self.judge(whose[event.message.chat_id], event.message.text)

    def judge(self, office: int, text: str) -> None:
        """Each line that says something of a directive, as it is said now."""
        now = self.stage.clock.now()
        addressed = re.match(r"Kính gửi (Phòng số \d+)\.", text)
        if addressed and addressed[1] != office_name(office):
            self.untrue.append(f"office {office} hears: {text}")
        for line in text.split("\n"):
            found = re.search(r"(\d+)/UBND-NV", line)
            if not (addressed and found and SAYS.search(text)):
                continue
            duty = self.duties.get((office, int(found[1])))
            if duty is None:
                continue  # the card comes before the ledger is written
            self.judged += 1
            left = LEFT.search(line)
            if "chưa nhận được" in line and duty.done is not None and duty.done < now:
                self.untrue.append(f"{now}: office {office} had reported: {line}")
            if int(found[1]) in self.closed:
                self.untrue.append(f"{now}: {found[1]} is closed: {line}")
            if left and int(left[1]) != working_days(local(now).date(), duty.last_day):
                self.untrue.append(f"{now}: {left[1]} days left of {duty.last_day}: {line}")


def office_name(number: int) -> str:
    return f"Phòng số {number + 1}"


def people(office: int) -> Sequence[str]:
    return [f"{title} {office + 1}" for title in ("Trưởng", "Phó", "Viên")]


def report_of(duty: Duty) -> bytes:
    return sample("bao-cao.docx") + f"\n{duty.office} {duty.number}".encode()


def on(day: date, hour: int) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=VIETNAM)


def working_days(today: date, last: date) -> int:
    return sum((today + timedelta(days=n)).weekday() < 5 for n in range(1, (last - today).days + 1))


def newest(phone: Any) -> Any:
    return next(message for message in reversed(phone.messages) if message.from_bot)


def labels(message: Any) -> list[str]:
    return [button.label for row in message.buttons for button in row]


def card_of(phone: Any, number: int) -> Any:
    return next(each for each in phone.messages if each.from_bot and f"{number}/UBND-NV" in each.text and each.buttons)


@asynccontextmanager
async def district(folder: Path) -> AsyncIterator[District]:
    async with Stage(FIRST, folder=folder) as stage:
        stage.app.sender.pacers["telegram"].gap, stage.app.patience = 0, 600
        await stage.seat("Hà", await stage.office(HOME, "NV"), Role.COORDINATOR)
        for office in range(OFFICES):
            place = await stage.office(office_name(office), f"P{office + 1}")
            for name, role in zip(people(office), (Role.HEAD, Role.DEPUTY, Role.STAFF), strict=True):
                await stage.seat(name, place, role)
        found = District(stage)
        listening = asyncio.create_task(found.listen(events := stage.telegram.listen()))
        try:
            yield found
            assert not listening.done()
        finally:
            listening.cancel()
            stage.telegram.unlisten(events)


async def in_step(place: District, all_steps: Iterable[Steps]) -> None:
    """What they do in the same quarter of an hour; each waits for its answer before it goes on."""
    going = list(all_steps)
    while going:
        for steps in list(going):
            if await anext(steps, going) is going:
                going.remove(steps)
        await place.settle()


async def test_a_district_of_offices_hears_nothing_untrue(tmp_path: Path) -> None:
    unlogged()
    began = time.monotonic()
    async with district(tmp_path) as place:
        stage = place.stage
        for n in range(DIRECTIVES):
            await place.send(101 + n, DUES[n])
            await stage.app.walk_to(stage.clock.now() + STEP)
        moment = stage.clock.now()
        while moment < LAST:
            moment = FIRST + STEP * ((moment - FIRST) // STEP + 1)
            acts = place.acts.pop(moment, [])
            if acts or (moment.hour in {8, 14, 16} and moment.minute == 30):
                await stage.app.walk_to(moment)
                await in_step(place, [place.act(duty, act) for duty, act in acts])
            if moment.weekday() < 5 and moment.hour == 16 and moment.minute == 30:
                await place.look()
        for n in range(DIRECTIVES):
            await place.close(101 + n)
        await stage.app.walk_to(moment + timedelta(days=7))
        await place.settle()
        print(f"\nA district: {await account(place)}, {time.monotonic() - began:.0f} s")
        assert not place.untrue, "\n".join(place.untrue[:20])
        assert place.judged > OFFICES * DIRECTIVES


async def account(place: District) -> str:
    """Messages per person, those they asked for apart from the others; by how they dealt with it."""
    _, gone = await rows_of(place.stage)
    whose = {f"telegram:{place.stage.phone(name).id}": name for o in range(OFFICES) for name in people(o)}
    unasked = Counter(row.lane for row in gone if row.lane in whose and row.priority >= Priority.REMINDER)
    every = Counter(row.lane for row in gone if row.lane in whose)
    heard = sorted(unasked[lane] for lane in whose)
    return (
        f"{OFFICES} offices × 3 people, {DIRECTIVES} directives: {sum(every.values())} messages to offices, of which "
        f"unasked a person {sum(heard) / len(heard):.1f} (most {heard[-1]}) for {DIRECTIVES} directives; "
        f"{place.judged} lines held against the ledger, {place.lists} counts, {len(place.untrue)} untrue"
    )
