"""For whom a coordinator orders something: some offices by name, or all that have not reported; and why."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from bot.text import fold, one_line
from bot.vi import people as vi
from db import Work
from db.offices import Office, ways_said
from handlers import Refused
from handlers.deeds.others import ANY_KIND
from handlers.deeds.requests import DAY, UNTIL, because, more_said

_WORD, _PIECES = re.compile(r"\w+"), re.compile(r"[,;\n]")
_VERB = re.compile(
    r"^\s*(?:/\w+\s*)?(?:(?:gia|lùi|lui)\s+(?:hạn|han)|(?:miễn|mien)|(?:huỷ|hủy|huy))?"
    r"(?:\s+(?:nộp|nop|báo|bao|cáo|cao|cho)\b)*\s*",
    re.IGNORECASE,
)
_FILLING = re.compile(
    r"a|em|anh|chi|toi|minh|dong|phong|so|ban|cac|nhung|don|vi|ben|co|quan|xin|de|nghi|cho|duoc|khong|nhe|voi|them|nua|"
    r"cua|viec|nhiem|vu|va|gia|han|lui|mien|huy|nop|bao|cao|cong|van|cv|tat|ca|toan|bo|moi|het|chua|con|lai|gui|thoi|"
    r"thieu|so|den|ngay|la|\d+"
)
_PAPER = re.compile(rf"\b(?:(?:theo|thuộc|thuoc)\s+)?(?:{ANY_KIND})(?:\s+(?:số|so))?\s*\d[\w/.-]*", re.IGNORECASE)
_TO = re.compile(
    rf"[\s,;(]*(?:(?:(?:việc|viec|nhiệm vụ|nhiem vu)\s*\d+|{_PAPER.pattern})[\s,;)]*)*(?:cho)\s+", re.IGNORECASE
)
"""Who is meant may stand behind the day: «thêm 3 ngày (việc 1) cho Tư pháp»."""
_ALL = re.compile(r"\b(?:tat ca|toan bo|moi|het|cac|nhung)\b")
_BUT = re.compile(r"\b(?:trừ|tru)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Whom:
    """`offices`, or `everybody` who has not reported but them. Neither: nobody was named."""

    offices: Sequence[Office] = ()
    everybody: bool = False
    reason: str = ""

    @cached_property
    def ids(self) -> frozenset[int]:
        return frozenset(each.id for each in self.offices)

    @property
    def nobody(self) -> bool:
        return not self.offices and not self.everybody

    def means(self, office_id: int) -> bool:
        return (office_id in self.ids) != self.everybody


async def whom(work: Work, text: str) -> Whom:
    """Raises Refused where a name is not in the directory, or is that of several offices."""
    names, after, reason = _parted(text)
    if _names_nobody(names) and (to := _TO.match(after)):
        told, after = await _names_ahead(work, after[to.end() :])
        names = f"{names} {told}"
    reason = reason or one_line(after).strip(" ,;.:–-()")
    named, *but = _BUT.split(names, maxsplit=1)
    found = await _named(work, named)
    everybody = not found and bool(_ALL.search(fold(named)))
    return Whom(await _named(work, but[0]) if everybody and but else found, everybody, reason)


def _names_nobody(text: str) -> bool:
    words = _PAPER.sub(" ", _VERB.sub("", text, count=1))
    return not _ALL.search(fold(words)) and all(_FILLING.fullmatch(fold(word)) for word in _WORD.findall(words))


async def _names_ahead(work: Work, words: str) -> tuple[str, str]:
    """The pieces of these words that name somebody, and what follows them."""
    _, ways = await ways_said(work.session)
    end = 0
    for piece in re.finditer(r"[^,;\n]+[,;\n]?", words):
        if not _ALL.search(fold(piece[0])) and not any(ways.said_in(piece[0], listed=True)):
            break
        end = piece.end()
    return words[:end], words[end:]


def _parted(text: str) -> tuple[str, str, str]:
    """What stands before the day, what behind it, and the reason that follows «vì»."""
    before, reason = because(text)
    if more := more_said(before):
        return before[: more[0].start()], before[more[0].end() + len(more[1]) :], reason
    until = UNTIL.search(before)
    day = DAY.match(before, until.start()) if until else None
    day = day or DAY.search(before)
    names, after = (before[: day.start()], before[day.end() :]) if day else (before, "")
    return names, after, reason


async def _named(work: Work, text: str) -> list[Office]:
    words = _PAPER.sub(" ", _VERB.sub("", text, count=1))
    known, ways = await ways_said(work.session)
    found: dict[int, Office] = {}
    left, place = "", 0
    for said in ways.said_in(words, listed=True):
        bearers = [known[number] for number in sorted(said.by)]
        if _is_filling(words[said.start : said.end], bearers):
            continue
        if len(bearers) > 1:
            raise Refused(vi.which_office([each.name for each in bearers]))
        found[bearers[0].id] = bearers[0]
        left, place = f"{left}{words[place : said.start]} ", said.end
    for piece in _PIECES.split(left + words[place:]):
        unknown = _WORD.findall(piece)
        if "van phong" in fold(piece) or not all(_FILLING.fullmatch(fold(word)) for word in unknown):
            raise Refused(vi.unknown_office(" ".join(unknown), [each.name for each in known.values()]))
    return list(found.values())


def _is_filling(words: str, bearers: Sequence[Office]) -> bool:
    """«so» may be a word or an office's letters: as letters it is written so."""
    return bool(_FILLING.fullmatch(fold(words))) and all(words != each.short for each in bearers)
