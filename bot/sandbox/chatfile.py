"""A `.chat` file: a transcript the customer could read and sign. Parsed here, played in `play`.

đơn vị: Phòng Nội vụ (NV); Phòng Tư pháp (TP)
người: Hà (NV, người tổng hợp); Lan (TP, thủ trưởng)

Lan  > ok em                  says; `📎 a.docx, b.jpg` sends files, `✎ …` edits what was said last, `🎤` a voice note
Lan  < Đã nhận ... [Nút]      hears; `...` matches anything, `{mã}` keeps a word for later
Lan  [Nút]                    presses; `[cũ: Nút]` the first message that ever bore it
--- 2 ngày sau                moves the clock; or restarts, blocks, cuts off
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Step:
    """One line: `act` is says, hears, presses or stage; `number` is its line in the file."""

    number: int
    act: str
    who: str
    text: str
    buttons: tuple[str, ...] = ()


@dataclass
class Transcript:
    """`head` are the settings before the first line that is spoken."""

    name: str
    title: str = ""
    head: dict[str, str] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)


class NotAChat(Exception):
    """The file is no transcript; says which line and why."""


_SPOKEN = re.compile(r"^(?P<who>[^\s<>\[\]#-][^<>\[\]]*?)\s+(?P<act>[<>]|(?=\[))\s*(?P<text>.*)$")
_BUTTONS = re.compile(r"((?:\s*\[[^\]]*\])+)\s*$")
_ACTS = {">": "says", "<": "hears", "": "presses"}


def parse(path: Path) -> Transcript:
    """Read a transcript. Raises NotAChat."""
    found = Transcript(path.stem)
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        _take(found, number, line.rstrip())
    if not found.steps:
        raise NotAChat(f"{path.name}: nobody speaks")
    return found


def _take(found: Transcript, number: int, line: str) -> None:
    if line.startswith("#"):
        found.title = found.title or line.lstrip("# ")
    elif not line.strip():
        return
    elif line.startswith("---"):
        found.steps.append(Step(number, "stage", "", line.strip("- ")))
    elif line[0].isspace():
        _continue(found, number, line.strip())
    elif spoken := _SPOKEN.match(line):
        found.steps.append(_step(number, spoken["act"], spoken["who"], spoken["text"]))
    elif ":" in line and not found.steps:
        key, _, value = line.partition(":")
        found.head[key.strip()] = value.strip()
    else:
        raise NotAChat(f"{found.name}, line {number}: {line}")


def _step(number: int, act: str, who: str, text: str) -> Step:
    buttons: tuple[str, ...] = ()
    if act != ">" and (tail := _BUTTONS.search(text)):
        buttons = tuple(re.findall(r"\[([^\]]*)\]", tail[1]))
        text = text[: tail.start()]
    return Step(number, _ACTS[act], who.strip(), text.strip(), buttons)


def _continue(found: Transcript, number: int, text: str) -> None:
    """An indented line goes on with what was said or heard."""
    if not found.steps:
        raise NotAChat(f"{found.name}, line {number}: nothing to go on with")
    last = found.steps.pop()
    more = _step(last.number, {"says": ">", "hears": "<"}.get(last.act, ">"), last.who, text)
    joined = f"{last.text}\n{more.text}" if last.text else more.text
    found.steps.append(Step(last.number, last.act, last.who, joined, last.buttons + more.buttons))
