"""The main job played in the terminal on any directive, and «relief» measured on it."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bot.clocks import local
from bot.documents import Reading, read_file
from bot.sandbox.cast import CHANNELS, COORDINATOR, JOINING, LATE, NAMES, Offices, two_days_before
from bot.sandbox.hands import HANDS, Hands, Heard
from bot.sandbox.relief import Relief
from bot.sandbox.stage import Stage
from bot.vi.common import weekday
from db.people import Role
from scheduler.workdays import Workdays

Say = Callable[[str], None]


class Astray(Exception):
    """The run left its path; says where."""


class Script:
    """Plays drop → send → told → reports by every way → nobody missing."""

    def __init__(self, stage: Stage, reading: Reading, file: Path, say: Say) -> None:
        self.stage, self.reading, self.file, self.say = stage, reading, file, say
        self.cast, self.folder = Offices.of(reading), file.parent
        self.hands = {name: HANDS[name](self) for name in stage.platforms}
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
        self.say(f"— {self._now()}: {COORDINATOR} thả công văn vào khung chat")
        await self.stage.phone(COORDINATOR).send_document(self.file.name, self.file.read_bytes())
        await self.settle()
        taps = 1
        for label in ("Thêm", "Gửi", "Chậm", "Vẫn gửi"):
            if await self._press_if(COORDINATOR, label):
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
        await self._say(COORDINATOR, f"ghi nhận {self.cast.collector} giấy hôm nay")
        self.reported.add(self.cast.collector)
        await self._check()
        if not self._told(COORDINATOR, f"Đủ {self._total}/{self._total} báo cáo"):
            raise Astray("người tổng hợp chưa nghe «đủ»")

    @property
    def _total(self) -> int:
        return len(self.cast.others) + 1

    async def _by_files(self, office: str, *, acknowledge: bool) -> None:
        head = self.heads[office]
        if acknowledge:
            await self._press(head, "Đã nhận công văn")
        await self._press(head, "Gửi báo cáo")
        stem = "bao-cao-" + re.sub(r"\W+", "-", head)
        await self._hands(head).send_files(head, [f"{stem}.docx", f"{stem}.pdf"])
        await self.settle()
        if "báo cáo của việc nào" in (asked := self._last(head)).text:  # typed words name no task
            await self._hands(head).choose(head, asked, self._hands(head).heard(asked).buttons[0])
            await self.settle()
        await self._counted(office)

    async def _by_answers(self, office: str) -> None:
        head = self.heads[office]
        if not await self._press_if(head, "Trả lời từng câu"):
            await self._by_files(office, acknowledge=False)
            return
        for number in range(1, 6):
            if not re.search(r"Câu \d+/\d+", self._last(head).text):
                break
            await self._say(head, f"Nội dung trả lời câu {number} của {office}.")
        await self._press(head, "Gửi báo cáo này")
        await self._counted(office)

    async def _through_qlvb(self, office: str) -> None:
        head = self.heads[office]
        await self._press(head, "Đã gửi qua QLVB")
        await self._say(head, "số 45/BC-PB hôm nay")
        await self._press(COORDINATOR, "Đã thấy")
        await self._counted(office)

    async def _on_paper(self, office: str) -> None:
        await self._say(COORDINATOR, f"ghi nhận {office} giấy hôm nay")
        await self._counted(office)

    async def _joins(self, office: str) -> None:
        """From the invitation link to a report that counts: start, agree, «Gửi báo cáo», the file."""
        await self._say(COORDINATOR, f"/ma {office}")
        code = re.search(r"mã: (\d{4} \d{4})", self._last(COORDINATOR).text)
        if code is None:
            raise Astray("không thấy mã mời")
        self.heads[office] = JOINING
        await self.stage.phone(JOINING).start(code[1])
        await self.settle()
        await self._press(JOINING, "Đồng ý")
        await self._press(COORDINATOR, "Đồng ý")
        await self._press(JOINING, "Gửi báo cáo")
        await self._hands(JOINING).send_files(JOINING, ["bao-cao-khoa.docx"])
        await self.settle()
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
        await self.settle(show=False)
        text = " ".join(m.text for m in hers.messages[before:] if m.from_bot)
        found = re.search(rf"còn (\d+)/{self._total} đơn vị", text)
        said = int(found[1]) if found else 0 if f"đủ {self._total}/{self._total}" in text else -1
        true = self._total - len(self.reported)
        self.relief.checks.append((said, true))
        self.say(f"    /missing: còn {said}/{self._total} (thật: {true})")

    async def _walk(self, moment: datetime) -> None:
        await self.stage.app.walk_to(moment)
        self.say(f"— {self._now()}")
        await self.settle()

    async def _say(self, who: str, text: str) -> None:
        await self.stage.phone(who).say(text)
        await self.settle()

    async def _press(self, who: str, label: str) -> None:
        if not await self._press_if(who, label):
            raise Astray(f"không thấy nút «{label}» trên máy của {who}")

    async def _press_if(self, who: str, label: str) -> bool:
        """Choose the newest that begins so; for an office with several cards, that of the first deadline."""
        hands = self._hands(who)
        seen = [
            (message, full)
            for message in self.stage.phone(who).messages
            if message.from_bot
            for full in hands.heard(message).buttons
            if full.startswith(label)
        ]
        if not seen:
            return False
        dated = [each for each in seen if "Hạn: trước" in each[0].text or "Hạn: chậm" in each[0].text]
        await hands.choose(who, *(dated or seen)[-1])
        await self.settle()
        return True

    def _hands(self, who: str) -> Hands:
        return self.hands[self.stage.channel_of(who)]

    def forget(self, who: str) -> None:
        """Nothing said here is counted by its words."""

    def hears(self, who: str, heard: Heard) -> None:
        """What the upload page said to them."""
        raise Astray(f"trang nộp tệp của {who}: {heard.text}")

    async def settle(self, *, show: bool = True) -> None:
        await self.stage.settled()
        for name, phone in self.stage.phones.items():
            for message in phone.messages[self._shown.get(name, 0) :]:
                if show:
                    self._show(name, message)
            self._shown[name] = len(phone.messages)

    def _show(self, name: str, message: Any) -> None:
        heard = self._hands(name).heard(message) if message.from_bot else Heard(message.text, ())
        buttons = " ".join(f"[{label}]" for label in heard.buttons)
        file = f"📎 {message.file.name}" if message.file and not message.from_bot else ""
        text = " ".join(part for part in (file, heard.text, buttons) if part)
        self.say(f"{name:<6}{'<' if message.from_bot else '>'} " + text.replace("\n", "\n        "))

    def _heard_by(self, name: str) -> int:
        """Messages an office head got; an original file, or the word that it cannot come, counts with its card."""
        heard = [
            self._hands(name).heard(message).text for message in self.stage.phone(name).messages if message.from_bot
        ]
        return sum(not (text.startswith("📎") and "\n" not in text) for text in heard)

    def _told(self, name: str, words: str) -> bool:
        return any(m.from_bot and words in m.text for m in self.stage.phone(name).messages)

    def _last(self, name: str) -> Any:
        return next(m for m in reversed(self.stage.phone(name).messages) if m.from_bot)

    def _now(self) -> str:
        now = local(self.stage.clock.now())
        return f"{weekday(now)}/{now.year}, {now:%H:%M}"


async def play(file: Path, say: Say) -> int:
    """Play the whole job on this document; 0 if it went to the end and relief holds."""
    reading = await read_file(file, file.name)
    start = two_days_before(reading, Workdays.load())
    async with Stage(start, **CHANNELS) as stage:
        try:
            relief = await Script(stage, reading, file, say).run()
        except Astray as astray:
            say(f"Dừng: {astray}")
            return 1
    say("\nMức nhẹ việc:")
    for line in relief.lines():
        say(f"- {line}")
    return 0 if relief.holds() else 1
