"""The main job played in the terminal on any directive, and «relief» measured on it."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

from bot.clocks import VIETNAM, local
from bot.documents import Reading, read_file
from bot.sandbox.samples import EXAMPLE, sample
from bot.sandbox.stage import Stage
from bot.sandbox.telegram import Message, User
from bot.vi.common import weekday
from db.people import Role
from scheduler.workdays import Workdays, at

DEFAULT = EXAMPLE / "cong-van-412.docx"
COORDINATOR = "Hà"
NAMES = ("Lan", "Minh", "Tư", "Dũng", "Mai", "Sơn", "Hạnh", "Phúc", "Thảo", "Long", "Nga", "Quý")
LATE = "Bình"
Say = Callable[[str], None]


class Astray(Exception):
    """The run left its path; says where."""


@dataclass
class Relief:
    """The measure of it all: taps, messages, and whether `/missing` told the truth at every step."""

    taps_to_send: int = 0
    seconds_to_send: float = 0.0
    taps_to_report: int = 0
    prompt_messages: int = 0
    late_messages: int = 0
    checks: list[tuple[int, int]] = field(default_factory=list)

    def lines(self) -> list[str]:
        same = sum(said == true for said, true in self.checks)
        return [
            f"Từ khi thả công văn đến khi các đơn vị nhận: {self.taps_to_send} thao tác (mức ≤ 6), "
            f"{self.seconds_to_send:.1f} giây máy chạy (mức ≤ 3 phút)",
            f"Từ liên kết mời đến khi báo cáo được tính: {self.taps_to_report} thao tác (mức ≤ 4)",
            f"Đơn vị đúng hẹn nhận {self.prompt_messages} tin (mức ≤ 4), muộn {self.late_messages} tin (mức ≤ 8)",
            f"/missing khớp danh sách thật {same}/{len(self.checks)} lần",
        ]

    def holds(self) -> bool:
        return (
            self.taps_to_send <= 6
            and self.taps_to_report <= 4
            and self.prompt_messages <= 4
            and self.late_messages <= 8
            and all(said == true for said, true in self.checks)
        )


def two_days_before(reading: Reading, calendar: Workdays) -> datetime:
    """08:00, two working days before the first filing day; today's date of issue when nothing is dated."""
    days = [task.deadline.last_workday or task.deadline.date for task in reading.tasks]
    first = min((date.fromisoformat(day) for day in days if day), default=None)
    if first is None:
        return datetime(2024, 5, 14, 8, tzinfo=VIETNAM)
    return at(calendar.add_working(first, -2), datetime(2024, 1, 1, 8).time())  # noqa: DTZ001 - only its time of day


@dataclass
class Cast:
    """Who collects, who owes the first dated task, and which of them nobody has joined for."""

    collector: str
    others: list[str]

    @classmethod
    def of(cls, reading: Reading) -> Cast:
        first = max(reading.tasks, key=lambda task: len(task.assignees), default=None)
        offices = list(first.assignees if first and first.assignees else reading.offices)
        via = next((task.via for task in reading.tasks if task.via), None)
        collector = via if via in offices or (via and not offices) else offices[0]
        return cls(collector or offices[0], [office for office in offices if office != collector])


class Script:
    """Plays drop → send → told → reports by every way → nobody missing."""

    def __init__(self, stage: Stage, reading: Reading, file: Path, say: Say) -> None:
        self.stage, self.reading, self.file, self.say = stage, reading, file, say
        self.cast = Cast.of(reading)
        self.relief = Relief()
        self.heads: dict[str, str] = {}
        self.reported: set[str] = set()
        self._shown: dict[str, int] = {}

    async def run(self) -> Relief:
        await self._seat()
        await self._send()
        await self._reports()
        await self._deadline()
        await self._rest()
        self.relief.prompt_messages = self._heard_by(self.heads[self.cast.others[0]])
        return self.relief

    async def _seat(self) -> None:
        collector = await self.stage.office(self.cast.collector)
        await self.stage.seat(COORDINATOR, collector, Role.COORDINATOR)
        names = iter(NAMES)
        for number, office in enumerate(self.cast.others):
            office_id = await self.stage.office(office)
            if number in (self._paper, self._joining):
                continue
            name = LATE if number == self._late else next(names, f"Trưởng {number}")
            await self.stage.seat(name, office_id, Role.HEAD)
            self.heads[office] = name

    @property
    def _late(self) -> int:
        return len(self.cast.others) - 1

    @property
    def _paper(self) -> int:
        return 3 if len(self.cast.others) > 4 else -1

    @property
    def _joining(self) -> int:
        return 4 if len(self.cast.others) > 5 else -1

    async def _send(self) -> None:
        began = time.monotonic()
        hers = self.stage.phone(COORDINATOR)
        self.say(f"— {self._now()}: {COORDINATOR} thả công văn vào khung chat")
        await hers.send_document(self.file.name, self.file.read_bytes())
        await self._settle()
        taps = 1
        for label in ("Thêm", "Gửi", "Chậm", "Vẫn gửi"):
            if await self._press_if(hers, label):
                taps += 1
        self.relief.taps_to_send, self.relief.seconds_to_send = taps, time.monotonic() - began
        await self._check()

    async def _reports(self) -> None:
        """The first day: one by files, one by questions, one through QLVB, one joins and reports, one on paper."""
        offices = self.cast.others
        await self._by_files(offices[0], acknowledge=True)
        if len(offices) > 2:
            await self._by_answers(offices[1])
        if len(offices) > 3:
            await self._through_qlvb(offices[2])
        if self._joining > 0:
            await self._joins(offices[self._joining])
        if self._paper > 0:
            await self._on_paper(offices[self._paper])

    async def _deadline(self) -> None:
        """The late one hears the whole ladder; the others report out of the blue in time."""
        target = self.stage.clock.now() + timedelta(days=1)
        await self._walk(target)
        for office in self.cast.others[:-1]:
            if office not in self.reported:
                await self._by_files(office, acknowledge=False)
        for _ in range(12):
            due = await self.stage.app.next_due()
            if due is None:
                break
            await self._walk(due)

    async def _rest(self) -> None:
        """After the deadline the late one reports, the collector notes her own part: nobody is missing."""
        late = self.cast.others[-1]
        await self._by_files(late, acknowledge=False)
        self.relief.late_messages = self._heard_by(self.heads[late])
        await self._say(self.stage.phone(COORDINATOR), f"ghi nhận {self.cast.collector} giấy hôm nay")
        self.reported.add(self.cast.collector)
        await self._check()
        if not self._told(COORDINATOR, f"Đủ {self._total}/{self._total} báo cáo"):
            raise Astray("người tổng hợp chưa nghe «đủ»")

    @property
    def _total(self) -> int:
        return len(self.cast.others) + 1

    async def _by_files(self, office: str, *, acknowledge: bool) -> None:
        phone = self.stage.phone(self.heads[office])
        if acknowledge:
            await self._press(phone, "Đã nhận công văn")
        await self._press(phone, "Gửi báo cáo")
        stem = "bao-cao-" + re.sub(r"\W+", "-", self.heads[office])
        await phone.send_document(f"{stem}.docx", sample(f"{stem}.docx"))
        await phone.send_document(f"{stem}.pdf", sample(f"{stem}.pdf"))
        await self._settle()
        await self._counted(office)

    async def _by_answers(self, office: str) -> None:
        phone = self.stage.phone(self.heads[office])
        if not await self._press_if(phone, "Trả lời từng câu"):
            await self._by_files(office, acknowledge=False)
            return
        for number in range(1, 6):
            if not re.search(r"Câu \d+/\d+", _last(phone).text):
                break
            await self._say(phone, f"Nội dung trả lời câu {number} của {office}.")
        await self._press(phone, "Gửi báo cáo này")
        await self._counted(office)

    async def _through_qlvb(self, office: str) -> None:
        phone = self.stage.phone(self.heads[office])
        await self._press(phone, "Đã gửi qua QLVB")
        await self._say(phone, "số 45/BC-PB hôm nay")
        await self._press(self.stage.phone(COORDINATOR), "Đã thấy")
        await self._counted(office)

    async def _on_paper(self, office: str) -> None:
        await self._say(self.stage.phone(COORDINATOR), f"ghi nhận {office} giấy hôm nay")
        await self._counted(office)

    async def _joins(self, office: str) -> None:
        """From the invitation link to a report that counts: start, agree, «Gửi báo cáo», the file."""
        hers = self.stage.phone(COORDINATOR)
        await self._say(hers, f"/ma {office}")
        link = re.search(r"start=(\d{8})", _last(hers).text)
        if link is None:
            raise Astray("không thấy liên kết mời")
        name = "Khoa"
        self.heads[office] = name
        phone = self.stage.phone(name)
        await phone.start(link[1])
        await self._settle()
        await self._press(phone, "Đồng ý")
        await self._press(hers, "Đồng ý")
        await self._press(phone, "Gửi báo cáo")
        await phone.send_document("bao-cao-khoa.docx", sample("bao-cao-khoa.docx"))
        await self._settle()
        self.relief.taps_to_report = 4
        await self._counted(office)

    async def _counted(self, office: str) -> None:
        self.reported.add(office)
        await self._check()

    async def _check(self) -> None:
        """`/missing` against the true list."""
        hers = self.stage.phone(COORDINATOR)
        before = len(hers.messages)
        await hers.say("/missing")
        await self._settle(show=False)
        text = " ".join(m.text for m in hers.messages[before:] if m.from_bot)
        found = re.search(rf"còn (\d+)/{self._total} đơn vị", text)
        said = int(found[1]) if found else 0 if f"đủ {self._total}/{self._total}" in text else -1
        true = self._total - len(self.reported)
        self.relief.checks.append((said, true))
        self.say(f"    /missing: còn {said}/{self._total} (thật: {true})")

    async def _walk(self, moment: datetime) -> None:
        await self.stage.app.walk_to(moment)
        self.say(f"— {self._now()}")
        await self._settle()

    async def _say(self, phone: User, text: str) -> None:
        await phone.say(text)
        await self._settle()

    async def _press(self, phone: User, label: str) -> None:
        if not await self._press_if(phone, label):
            raise Astray(f"không thấy nút «{label}» trên máy của {phone.profile.first_name}")

    async def _press_if(self, phone: User, label: str) -> bool:
        """Press the newest button that begins so; for an office with several cards, that of the first deadline."""
        seen = [
            m for m in phone.messages if m.from_bot and any(b.label.startswith(label) for r in m.buttons for b in r)
        ]
        dated = [m for m in seen if "Hạn: trước" in m.text or "Hạn: chậm" in m.text]
        if not seen:
            return False
        message = (dated or seen)[-1]
        full = next(b.label for r in message.buttons for b in r if b.label.startswith(label))
        await phone.press(message, full)
        await self._settle()
        return True

    async def _settle(self, *, show: bool = True) -> None:
        await self.stage.settled()
        for name, phone in self.stage.phones.items():
            for message in phone.messages[self._shown.get(name, 0) :]:
                if show:
                    self._show(name, message)
            self._shown[name] = len(phone.messages)

    def _show(self, name: str, message: Message) -> None:
        buttons = " ".join(f"[{b.label}]" for row in message.buttons for b in row)
        file = f"📎 {message.file.name}" if message.file else ""
        text = " ".join(part for part in (file, message.text, buttons) if part)
        self.say(f"{name:<6}{'<' if message.from_bot else '>'} " + text.replace("\n", "\n        "))

    def _heard_by(self, name: str) -> int:
        """Messages an office head got; an original file counts with its card."""
        return sum(m.from_bot and m.file is None for m in self.stage.phone(name).messages)

    def _told(self, name: str, words: str) -> bool:
        return any(m.from_bot and words in m.text for m in self.stage.phone(name).messages)

    def _now(self) -> str:
        now = local(self.stage.clock.now())
        return f"{weekday(now)}/{now.year}, {now:%H:%M}"


def _last(phone: User) -> Message:
    return next(m for m in reversed(phone.messages) if m.from_bot)


async def play(file: Path, say: Say) -> int:
    """Play the whole job on this document; 0 if it went to the end and relief holds."""
    reading = await read_file(file, file.name)
    start = two_days_before(reading, Workdays.load())
    async with Stage(start) as stage:
        try:
            relief = await Script(stage, reading, file, say).run()
        except Astray as astray:
            say(f"Dừng: {astray}")
            return 1
    say("\nMức nhẹ việc:")
    for line in relief.lines():
        say(f"- {line}")
    return 0 if relief.holds() else 1
