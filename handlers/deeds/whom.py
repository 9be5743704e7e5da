"""For whom a coordinator orders something: some offices by name, or all that have not reported; and why."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from bot.text import fold, one_line
from bot.vi import people as vi
from db import Work
from db.names import spoken
from db.offices import Office, find_offices, offices
from handlers import Refused
from handlers.deeds.requests import DAY, UNTIL, because

_WORD = re.compile(r"\w+|[,;\n]")
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
    names, reason = _parted(text)
    named, *but = _BUT.split(names, maxsplit=1)
    found = await _named(work, named)
    everybody = not found and bool(_ALL.search(fold(named)))
    return Whom(await _named(work, but[0]) if everybody and but else found, everybody, reason)


def _parted(text: str) -> tuple[str, str]:
    """What stands before the day, and the reason: what follows «vì», else the day."""
    before, reason = because(text)
    until = UNTIL.search(before)
    day = DAY.match(before, until.start()) if until else None
    day = day or DAY.search(before)
    names, after = (before[: day.start()], before[day.end() :]) if day else (before, "")
    return names, reason or one_line(after).strip(" ,;.:–-")


async def _named(work: Work, text: str) -> list[Office]:
    said = list(_pieces(_VERB.sub("", text, count=1)))
    ways = _ways(await offices(work.session))
    longest = max((len(way.split()) for way in ways), default=1)
    found: dict[int, Office] = {}
    left: dict[int, list[str]] = {}
    place = 0
    while place < len(said):
        for count in range(min(longest, len(said) - place), 0, -1):
            bearers = ways.get(" ".join(fold(word) for word, _ in said[place : place + count]), ())
            if len(bearers) > 1:
                raise Refused(vi.which_office([each.name for each in bearers]))
            if bearers and (count > 1 or not _is_filling(said[place][0], bearers[0])):
                found[bearers[0].id] = bearers[0]
                place += count
                break
        else:
            left.setdefault(said[place][1], []).append(said[place][0])
            place += 1
    unknown = [" ".join(words) for words in left.values() if not all(_FILLING.fullmatch(fold(word)) for word in words)]
    by_alias = await find_offices(work.session, unknown)
    for name in unknown:
        if name not in by_alias:
            raise Refused(vi.unknown_office(name, [each.name for each in await offices(work.session)]))
    return [*found.values(), *by_alias.values()]


def _pieces(text: str) -> Iterable[tuple[str, int]]:
    """Each word, and behind how many commas it stands."""
    piece = 0
    for word in _WORD.findall(text):
        if word in ",;\n":
            piece += 1
        else:
            yield word, piece


def _ways(known: Sequence[Office]) -> dict[str, list[Office]]:
    """By what it is called, folded: the offices; a whole name goes before all else."""
    found: dict[str, list[Office]] = {}
    for office in known:
        for way in {office.key, *spoken(office.key)}:
            found.setdefault(way, []).append(office)
    for office in known:
        bearers = found.setdefault(fold(office.short), [])
        bearers += [] if office in bearers else [office]
    return found | {office.key: [office] for office in known}


def _is_filling(word: str, office: Office) -> bool:
    """«so» may be a word or an office's letters: as letters it is written so."""
    return bool(_FILLING.fullmatch(fold(word))) and word != office.short
