"""Plays a transcript on a stage. Hearing something nobody expected fails, and so does not hearing what was."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bot.clocks import VIETNAM, local
from bot.sandbox.chatfile import Step, Transcript
from bot.sandbox.hands import HANDS, Heard, NoUploadPage, Unlike
from bot.sandbox.stage import Stage
from bot.sandbox.telegram_faults import Fault
from db.people import Role
from handlers.deeds.days import find_day

__all__ = ["START", "Heard", "NoUploadPage", "Player", "Unlike"]

START = datetime(2024, 5, 14, 8, tzinfo=VIETNAM)
ROLES = {
    "người tổng hợp": Role.COORDINATOR,
    "thủ trưởng": Role.HEAD,
    "cấp phó": Role.DEPUTY,
    "chuyên viên": Role.STAFF,
    "lãnh đạo": Role.LEADER,
}


_ARRIVED = re.compile(r"; tin đã tới máy lúc [^;\n]+(?=;|\n|$)")
"""One platform tells of it: so it is in that one's transcripts only."""


class Player:
    """`await Player(stage, transcript).play()`; `watch` sees each line as it is spoken, for the terminal."""

    def __init__(
        self,
        stage: Stage,
        transcript: Transcript,
        *,
        folder: Path | None = None,
        restarting: bool = False,
        watch: Callable[[str, str, str], None] | None = None,
    ) -> None:
        self.stage, self.transcript, self.folder = stage, transcript, folder
        self.restarting, self.watch = restarting, watch
        self.heard: dict[str, deque[Heard]] = {}
        self.kept: dict[str, str] = {}
        self.hands = {name: HANDS[name](self) for name in stage.platforms}
        self.events = [platform.listen() for platform in stage.platforms.values()]
        self._pressing = self._again = ""
        self._down = self._jammed = False

    def needs(self) -> str | None:
        """What of this transcript the channel of the stage has not; None if it can be played."""
        named = self.transcript.head.get("kênh")
        if named and self.stage.channel not in named.replace(",", " ").split():
            return f"it is for {named} only"
        return self.hands[self.stage.channel].needs(self.transcript)

    async def play(self) -> None:
        """Raises Unlike, or NoUploadPage where a file would have to go by one."""
        await self._set_up()
        for step in self.transcript.steps:
            if step.act == "hears":
                self._hear(step)
                continue
            self._nothing_left(step)
            await self._act(step)
        self._nothing_left(None)

    async def _set_up(self) -> None:
        head = self.transcript.head
        offices = {}
        for entry in entries(head.get("đơn vị", "")):
            offices[entry[0]] = offices[entry[1][0] if entry[1] else entry[0]] = await self.stage.office(
                entry[0], entry[1][0] if entry[1] else ""
            )
        for name, (office, role, *_rest) in entries(head.get("người", "")):
            await self.stage.seat(name, offices[office], ROLES[role])
        for directive in filter(None, head.get("đã gửi", "").split(";")):
            await self._already_sent(*(part.strip() for part in directive.partition(",")[::2]))

    async def _already_sent(self, file: str, named_day: str) -> None:
        """The coordinator has dropped and sent it before the transcript begins."""
        who = next(name for name, entry in entries(self.transcript.head["người"]) if entry[1] == "người tổng hợp")
        await self._hands(who).begin(who, file)
        for label in ("Thêm", "Gửi", "Đúng hạn" if named_day == "đúng hạn" else "Chậm"):
            await self.settle()
            if any(b.startswith(label) for m in self.heard[who] for b in m.buttons):
                await self._hands(who).press(who, label, begins=True)
        await self.settle()
        self.heard.clear()

    async def _act(self, step: Step) -> None:
        self._show(step.who, ">", step.text or " ".join(f"[{label}]" for label in step.buttons))
        self._again = ""
        self._pressing = step.who if step.act == "presses" or step.text.startswith("👍 ") else ""
        if step.act == "stage":
            await self._direct(step)
        elif step.act == "presses":
            await self._hands(step.who).press(step.who, step.buttons[0])
        else:
            await self._hands(step.who).say(step.who, self._filled(step.text))
        await self.settle()
        if self.restarting and not self._down:
            await self.stage.restart()

    async def _direct(self, step: Step) -> None:
        """What happens on the stage."""
        text = step.text
        if text == "khởi động lại":
            await self.stage.restart()
        elif found := re.match(r"tắt máy đến (.+)", text):
            await self.stage.app.stop()
            self.stage.clock.move_to(_moment(found[1], self.stage.clock.now()))
            await self.stage.power_on()
            await self.stage.app.tick()
        elif found := re.match(r"(.+) rời đơn vị", text):
            await self.stage.unseat(found[1])
        elif found := re.match(r"(.+) bấm lại \[(.+)\]", text):
            self._again = found[1]
            await self._hands(found[1]).press_again(found[1], found[2])
        elif text in {"Telegram bận", "Telegram thông"}:
            self._jam(text == "Telegram bận")
        elif found := re.match(r"(.+) chặn trợ lý", text):
            await self.stage.phone(found[1]).block()
        elif found := re.match(r"(.+) xem tin", text):
            await self.stage.phone(found[1]).see()
        elif found := re.match(r"(.+) mở lại trợ lý", text):
            await self.stage.phone(found[1]).unblock()
        elif self._jammed:
            self.stage.clock.move_to(_moment(text, self.stage.clock.now()))
            await self.stage.app.tick()
        else:
            await self.stage.app.walk_to(_moment(text, self.stage.clock.now()))

    def _jam(self, jammed: bool) -> None:
        """While Telegram answers every message of ours with 429, what we have to say stays queued."""
        self._jammed = jammed
        self.stage.telegram.faults.clear()
        if jammed:
            for method in ("sendMessage", "sendDocument", "editMessageText"):
                self.stage.telegram.faults.add(method, Fault.throttle(1), times=None)

    async def settle(self) -> None:
        if self._jammed:
            await self.stage.taken_in()
            return
        await self.stage.settled()
        for events in self.events:
            while not events.empty():
                self._note(events.get_nowait())

    def forget(self, who: str) -> None:
        """What this person has just heard is no part of the transcript."""
        self.heard.pop(who, None)

    def hears(self, who: str, heard: Heard) -> None:
        """Not in the chat, but on a page of ours."""
        self.heard.setdefault(who, deque()).append(heard)

    def _note(self, event: Any) -> None:
        if event.kind not in {"sent", "edited"} or not event.message.from_bot:
            return
        who = next((n for n, p in self.stage.phones.items() if p.id == event.message.chat_id), None)
        if who is None:
            return
        waiting, hands = self.heard.setdefault(who, deque()), self._hands(who)
        heard = hands.heard(event.message)
        if self.transcript.head.get("kênh") != self.stage.channel:
            heard = replace(heard, text=_ARRIVED.sub("", heard.text))
        if waiting and hands.goes_on(waiting[-1], event.message):
            heard = Heard(f"{waiting.pop().text}\n{heard.text}", heard.buttons)
        waiting.append(heard)

    def _hands(self, who: str) -> Any:
        return self.hands[self.stage.channel_of(who)]

    def _hear(self, step: Step) -> None:
        if any(step.text in hands.pasted for hands in self.hands.values()):
            return
        waiting = self.heard.get(step.who)
        if not waiting:
            raise Unlike(f"{self._at(step)}: {step.who} hears nothing; expected: {step.text}")
        heard = waiting.popleft()
        self._show(step.who, "<", heard.text + "".join(f" [{label}]" for label in heard.buttons))
        pattern = _pattern(step.text)
        found = re.fullmatch(pattern, _plain(heard.text), re.DOTALL)
        if found is None and self._is_follow_up(step, heard):
            return
        if found is None:
            raise Unlike(f"{self._at(step)}: {step.who} hears:\n{heard.text}\nexpected:\n{step.text}")
        self.kept.update(found.groupdict())
        if step.buttons and not _same_buttons(step.buttons, heard.buttons):
            raise Unlike(f"{self._at(step)}: buttons {list(heard.buttons)}, expected {list(step.buttons)}")

    def _is_follow_up(self, step: Step, heard: Heard) -> bool:
        """Where nothing can be edited, one line says what the edit would have shown."""
        mine = self._pressing == step.who and not self._hands(step.who).edits
        return mine and heard.text.startswith("Đã ghi nhận: ")

    def _nothing_left(self, step: Step | None) -> None:
        for who, waiting in self.heard.items():
            if who == self._again and waiting and not self._hands(who).edits:
                waiting.popleft()  # a second tap changes nothing: here that is said once more
            if waiting:
                where = self._at(step) if step else "at the end"
                raise Unlike(
                    f"before {where}: nobody expected {who} to hear:\n{waiting[0].text} {list(waiting[0].buttons)}"
                )

    def _filled(self, text: str) -> str:
        return re.sub(r"\{([^}]+)\}", lambda m: self.kept.get(_name(m[1]), m[0]), text)

    def _at(self, step: Step) -> str:
        return f"{self.transcript.name}.chat:{step.number}"

    def _show(self, who: str, way: str, text: str) -> None:
        if self.watch is not None:
            self.watch(who, way, text)


def entries(text: str) -> list[tuple[str, tuple[str, ...]]]:
    """`Lan (TP, thủ trưởng); Hà (NV)` → [("Lan", ("TP", "thủ trưởng")), …]."""
    found = []
    for part in filter(None, (piece.strip() for piece in text.split(";"))):
        name, _, rest = part.partition("(")
        found.append((name.strip(), tuple(word.strip() for word in rest.rstrip(") ").split(",") if word.strip())))
    return found


def _plain(text: str) -> str:
    return " ".join(text.split())


def _name(words: str) -> str:
    return "v_" + "_".join(re.findall(r"\w+", words))


def _pattern(text: str) -> str:
    pieces = re.split(r"(\s*\.\.\.\s*|\{[^}]+\})", _plain(text))
    return "".join(_piece(piece) for piece in pieces)


def _piece(piece: str) -> str:
    if piece.strip() == "...":
        return ".*?"
    if piece.startswith("{"):
        return f"(?P<{_name(piece[1:-1])}>[\\w/ .-]+?)"
    return re.escape(piece)


def _same_buttons(wanted: tuple[str, ...], seen: tuple[str, ...]) -> bool:
    if wanted and wanted[-1] == "...":
        return seen[: len(wanted) - 1] == wanted[:-1]
    return wanted == seen


def _moment(text: str, now: datetime) -> datetime:
    """`2 ngày sau`, `3 giờ sau`, `đến 16/5 14:00`, `đến 14:00`."""
    if found := re.fullmatch(r"(\d+) (phút|giờ|ngày|tuần) sau", text):
        unit = {"phút": "minutes", "giờ": "hours", "ngày": "days", "tuần": "weeks"}[found[2]]
        return now + timedelta(**{unit: int(found[1])})
    today = local(now)
    clock = re.search(r"(\d{1,2}):(\d{2})(?::(\d{2}))?", text)
    day = find_day(text.split(":")[0] if not clock else text.replace(clock[0], ""), today.date()) or today.date()
    hour, minute, second = (int(clock[1]), int(clock[2]), int(clock[3] or 0)) if clock else (8, 0, 0)
    return datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=VIETNAM)
