"""The invariants as a machine (design §1): everybody does anything, the bot restarts, the wire fails, time passes;
after each step the database and the phones are asked whether all of it still holds.

`NHACVIEC_STEPS` and `NHACVIEC_SEED` choose another walk; a failure names both and the steps that led to it.
"""

from __future__ import annotations

import io
import os
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot import logs
from bot.clocks import VIETNAM
from bot.sandbox.samples import sample
from bot.sandbox.stage import TOKEN, Stage
from bot.sandbox.telegram_faults import Fault
from bot.sandbox.telegram_people import User
from db.decisions import Exemption
from db.desk import glances
from db.directives import Assignment, Directive
from db.mail import Delivery, Outcome, Priority, Received
from db.people import Contact, Member, Role
from db.reports import Submission, SubmissionFile

START = datetime(2024, 5, 14, 8, tzinfo=VIETNAM)
FILES = Path(__file__).parent / "chats" / "files"
STEPS = int(os.environ.get("NHACVIEC_STEPS", "80"))
SEED = int(os.environ.get("NHACVIEC_SEED", "1"))
CAST = {
    "Hà": ("Phòng Nội vụ", Role.COORDINATOR),
    "Lan": ("Phòng Tư pháp", Role.HEAD),
    "Tư": ("Phòng Tư pháp", Role.STAFF),
    "Minh": ("Phòng Y tế", Role.HEAD),
    "Tâm": ("Lãnh đạo UBND huyện", Role.LEADER),
}
STRANGER = "Người lạ"
WORDS = (
    "còn gì",
    "ok em",
    "mai anh gửi",
    "đã gửi qua QLVB số 45/BC-TP ngày 14/5",
    "xin gia hạn đến 20/5 vì chờ số liệu",
    "không phát sinh",
    "trả lời từng câu",
    "Kết quả đạt 95 %",
    "bỏ qua",
    "sửa câu 1",
    "để sau",
    "giao cho Tư",
    "thu lại việc",
    "tôi đi công tác đến 16/5, Tư thay",
    "tôi đã về",
    "chuyển Tư sang Phòng Y tế",
    "người của Phòng Tư pháp",
    "đổi tên Phòng Y tế thành Phòng Y tế và Dân số",
    "gộp TP và YT thành Phòng Tư pháp - Y tế",
    "gộp TP và YT vào TP",
    "tách TP thành Phòng Tư pháp và Phòng Hộ tịch",
    "theo dõi định kỳ việc 1",
    "định kỳ việc 1: trước ngày 20 hằng tháng",
    "định kỳ việc 1: chậm nhất ngày 25 hằng tháng",
    "định kỳ",
    "gửi kỳ này",
    "sửa kỳ này",
    "hạn kỳ này: chậm nhất ngày 30/7",
    "bỏ kỳ này",
    "dừng định kỳ việc 1",
    "nhắc tôi 8h mai",
    "nghỉ 16/5",
    "đi làm 18/5",
    "45/BC-TP",
    "ai chưa nộp",
    "nhắc tất cả",
    "ghi nhận Y tế giấy 14/5",
    "kết thúc công văn",
    "mở lại công văn",
    "hôm nào đó",
    "3",
    "/congvan",
    "/ma",
    "mã cho tất cả các đơn vị",
    "thu hồi mã TP",
    "thêm người",
    "Tư nghỉ việc",
    "tình hình",
    "/donvi",
    "/nop 1 1",
    "/thuhoi 1",
    "/xacnhan 1 1",
    "xem báo cáo",
    "đạt yêu cầu Tư pháp",
    "trả lại Tư pháp: thiếu số liệu năm 2023",
    "đính chính hạn việc 1: 20/5/2024",
    "đính chính hạn việc 1: 15/5/2024",
    "tổng hợp",
    "đã gửi báo cáo tổng hợp",
    "báo cáo lãnh đạo",
    "gia hạn tất cả đơn vị chưa nộp đến 22/5",
    "gia hạn thêm 3 ngày làm việc cho tất cả đơn vị chưa nộp",
    "miễn Y tế, lý do mới sáp nhập",
    "huỷ việc 1, lý do đã có văn bản khác",
    "hoàn tác",
    "tất cả công văn ai chưa nộp",
    "/missing TP",
    "bản tin sáng",
    "bảng theo dõi",
    "/dachidao 1",
    "4839 2061",
)
DOCUMENTS = (
    "ba-phong.txt",
    "han-hang-thang.txt",
    "bao-cao-tu-phap.docx",
    "bao-cao-tu-phap.pdf",
    "anh1.jpg",
    "trong.docx",
    "la.rar",
)
MISFORTUNES = (Fault.html(), Fault.cut(), Fault.throttle(0), Fault.refuse(500), Fault.cut(after=True))


class Machine:
    """One stage and what must be true of it. `history` is what was done, for whoever has to find out why."""

    def __init__(self, stage: Stage, seed: int) -> None:
        self.stage, self.chance, self.history = stage, random.Random(seed), list[str]()
        self.on_time: set[int] = set()
        self.uncertain = 0

    async def step(self) -> None:
        acts: list[tuple[int, Callable[[], Awaitable[None]]]] = [
            (30, self.say),
            (35, self.press),
            (15, self.send_file),
            (5, self.edit),
            (4, self.shut_or_open),
            (4, self.restart),
            (6, self.misfortune),
            (8, self.pass_time),
        ]
        weights, deeds = zip(*acts, strict=True)
        await self.chance.choices(deeds, weights)[0]()
        await self.stage.settled()
        await self.check()

    def note(self, *words: object) -> None:
        self.history.append(" ".join(map(str, words)))

    def person(self) -> tuple[str, User]:
        name = self.chance.choice([*CAST, *CAST, STRANGER])
        return name, self.stage.phone(name)

    async def say(self) -> None:
        name, phone = self.person()
        words = self.chance.choice(WORDS)
        self.note(name, "says", words)
        await self.answered(name, phone, lambda: phone.say(words))

    async def press(self) -> None:
        name, phone = self.person()
        offered = [(m, b) for m in phone.messages if m.from_bot for row in m.buttons for b in row]
        if offered:
            message, button = self.chance.choice(offered[-12:] if self.chance.random() < 0.8 else offered)
            self.note(name, "presses", button.label, button.value)
            await self.answered(name, phone, lambda: phone.press_data(message.message_id, button.value))

    async def send_file(self) -> None:
        name, phone = self.person()
        file = self.chance.choice(DOCUMENTS)
        self.note(name, "sends", file)
        await self.answered(name, phone, lambda: phone.send_document(file, sample(file, FILES)))

    async def edit(self) -> None:
        name, phone = self.person()
        said = [m for m in phone.messages if not m.from_bot and m.text]
        if said:
            self.note(name, "edits")
            await phone.edit(said[-1], self.chance.choice(WORDS))

    async def answered(self, name: str, phone: User, deed: Callable[[], Awaitable[object]]) -> None:
        """I13: silence is a bug, except towards a stranger who was told, and for who has shut the door."""
        if phone.chat.bot_status == "kicked":
            return
        before, known = self.seen(phone), (await Facts.of(self.stage)).knows(phone)
        await deed()
        await self.stage.settled()
        assert not known or self.seen(phone) != before, f"{name} hears nothing"

    @staticmethod
    def seen(phone: User) -> list[tuple[int, str, object]]:
        return [(m.message_id, m.text, m.edit_date) for m in phone.messages if m.from_bot]

    async def shut_or_open(self) -> None:
        phone = self.stage.phone("Minh")
        shut = phone.chat.bot_status == "kicked"
        self.note("Minh", "opens" if shut else "shuts", "the door")
        await (phone.unblock() if shut else phone.block())

    async def restart(self) -> None:
        self.note("restart")
        await self.stage.restart()
        self.patient()

    def patient(self) -> None:
        self.stage.app.sender.remedies.first_pause = timedelta(0)
        self.stage.app.inbox.pauses = (timedelta(0),) * 2

    async def misfortune(self) -> None:
        fault = self.chance.choice(MISFORTUNES)
        self.note("the wire:", fault.kind, "after" if fault.after else "")
        self.stage.telegram.faults.add("sendMessage", fault)
        self.uncertain += fault.error is None or fault.error.code >= 500  # a refusal says that nothing was sent

    async def pass_time(self) -> None:
        hours = self.chance.choice((1, 3, 20, 70, 400))
        self.note(hours, "hours pass")
        await self.stage.app.walk_to(self.stage.clock.now() + timedelta(hours=hours))

    async def check(self) -> None:
        facts = await Facts.of(self.stage)
        self.everything_is_handled(facts)
        self.nothing_is_heard_twice(facts)
        self.files_are_kept(facts)
        self.on_time_stays_on_time(facts)
        self.nobody_done_is_reminded(facts)
        self.time_speaks_once(facts)
        await self.the_list_is_the_truth(facts)
        self.nothing_leaves_before_its_time(facts)
        self.offices_do_not_see_each_other(facts)

    def everything_is_handled(self, facts: Facts) -> None:
        """I1, I2: an update is one row, and it is over."""
        assert len({(row.channel, row.key) for row in facts.received}) == len(facts.received)
        assert all(row.outcome == Outcome.DONE for row in facts.received), "a message stepped aside"

    def nothing_is_heard_twice(self, facts: Facts) -> None:
        """I3: each delivery that was heard is one message; what was heard twice is marked."""
        assert sum(row.uncertain for row in facts.deliveries) <= self.uncertain
        for phone in self.stage.phones.values():
            mine = [row for row in facts.deliveries if row.lane == f"telegram:{phone.id}"]
            said = sum(row.parts_sent for row in mine if row.outcome == Outcome.DONE and not edited(row))
            heard = sum(message.from_bot for message in phone.messages)
            again = 2 * sum(row.uncertain for row in mine)
            assert said <= heard <= said + again, f"{heard} heard, {said} said, {again} at most again"

    def files_are_kept(self, facts: Facts) -> None:
        """I4: no row without its file."""
        assert all(self.stage.app.house.store.exists(file.sha256) for file in facts.files)

    def on_time_stays_on_time(self, facts: Facts) -> None:
        """I6: what came later never worsens it."""
        for owed in facts.assignments:
            mine = [row for row in facts.submissions if row.assignment_id == owed.id]
            valid = [row.arrived_at for row in mine if row.counts]
            timely = bool(valid and owed.due_at and min(valid) < owed.due_at + timedelta(minutes=1))
            withdrawn = any(row.withdrawn_at for row in mine)
            assert timely or withdrawn or owed.id not in self.on_time, f"assignment {owed.id} was on time"
            self.on_time |= {owed.id} if timely else set()

    def nobody_done_is_reminded(self, facts: Facts) -> None:
        """I8: at the moment of speaking something was still owed."""
        for said in facts.deliveries:
            if said.outcome != Outcome.DONE or said.priority != Priority.REMINDER or not said.owed_by:
                continue
            before = [row for row in facts.submissions if said.sent_at and row.created_at < said.sent_at]
            done = {row.assignment_id for row in before if not (row.withdrawn_at or row.refused_at)}
            done |= {row.assignment_id for row in facts.exemptions if said.sent_at and row.exempted_at < said.sent_at}
            assert set(said.owed_by) - done, f"delivery {said.id} reminds of what was done"

    def time_speaks_once(self, facts: Facts) -> None:
        """I9: what fell due together is one message."""
        said = [(row.lane, row.created_at) for row in facts.deliveries if row.priority == Priority.REMINDER]
        assert len(said) == len(set(said)), "two reminders at once"

    async def the_list_is_the_truth(self, facts: Facts) -> None:
        """I5: what `/missing` goes by is what the rows say, counted without it."""
        in_ = {row.assignment_id for row in facts.submissions if row.counts}
        free = {row.assignment_id for row in facts.exemptions}
        async with self.stage.app.db.reading() as session:
            for directive in facts.directives:
                owed = {row.id for row in facts.assignments if row.task.directive_id == directive.id}
                glanced = [line for _, lines in await glances(session, directive.id) for line in lines]
                assert {line.assignment.id for line in glanced} == owed
                assert {line.assignment.id for line in glanced if line.reported} == owed & (in_ | free)

    def nothing_leaves_before_its_time(self, facts: Facts) -> None:
        """I10: what was not sent has reached nobody. I7: the moment counted down to is not after the last one."""
        unsent = {row.id for row in facts.directives if row.published_at is None}
        for owed in facts.assignments:
            assert owed.task.directive_id not in unsent or owed.sent_at is None
            assert owed.due_at is None or owed.target_at is None or owed.target_at <= owed.due_at

    def offices_do_not_see_each_other(self, facts: Facts) -> None:
        """I12: what concerns an office goes to its people and to nobody else."""
        people = {str(contact.address): contact.person_id for contact in facts.contacts}
        places = {(place.person_id, place.office_id) for place in facts.members}
        for said in facts.deliveries:
            assert said.office_id is None or (people.get(said.lane), said.office_id) in places


@dataclass(frozen=True)
class Facts:
    """Everything that is remembered, as it stands after a step."""

    received: Sequence[Received]
    deliveries: Sequence[Delivery]
    submissions: Sequence[Submission]
    exemptions: Sequence[Exemption]
    files: Sequence[SubmissionFile]
    assignments: Sequence[Assignment]
    directives: Sequence[Directive]
    contacts: Sequence[Contact]
    members: Sequence[Member]

    def knows(self, phone: User) -> bool:
        """Whether who writes there has a place; who has left or whose chat was taken from them is a stranger."""
        who = {contact.person_id for contact in self.contacts if contact.chat == str(phone.id)}
        return any(place.person_id in who and place.approved_at and not place.ended_at for place in self.members)

    @classmethod
    async def of(cls, stage: Stage) -> Facts:
        nouns = (Received, Delivery, Submission, Exemption, SubmissionFile, Assignment, Directive, Contact, Member)
        async with stage.app.db.reading() as session:
            rows: list[Any] = [(await session.scalars(select(noun))).unique().all() for noun in nouns]
        return cls(*rows)


def edited(row: Delivery) -> bool:
    """Whether it took the place of a message that was there already."""
    return row.pressed_on is not None and row.message_id == row.pressed_on


async def walk(folder: Path, seed: int, steps: int) -> None:
    logs.setup("DEBUG", False, [], stream := io.StringIO())
    async with Stage(START, folder=folder, redeliver=2, more={"digest": "07:45"}) as stage:
        for name, (office, role) in CAST.items():
            await stage.seat(name, await stage.office(office), role)
        machine = Machine(stage, seed)
        machine.patient()
        try:
            for _ in range(steps):
                await machine.step()
        except Exception as error:
            done = "\n".join(machine.history[-40:])
            raise AssertionError(f"seed {seed}, step {len(machine.history)}: {error}\n{done}") from error
    said = [words for words in (*WORDS, *CAST, TOKEN) if " " in words or words == TOKEN]
    assert not [words for words in said if words in stream.getvalue()], "I14: the logs quote somebody"


@pytest.mark.full
async def test_whatever_everybody_does_the_invariants_hold(tmp_path: Path) -> None:
    await walk(tmp_path, SEED, STEPS)


@pytest.mark.soak
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("seed", range(10, 20))
async def test_on_ten_long_walks_too(tmp_path: Path, seed: int) -> None:
    await walk(tmp_path, seed, 400)
