"""Buttons as words and numbers: what was offered in a chat, and what typing something there presses. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from bot.messages import Choice
from bot.text import fold

MOST, BRIEF = 60, 100
REPLY, STALE, NOTICE, OLDER = "reply", "stale", "notice", "older"
_YES = re.compile(r"(?:ok|oke|dong y|nhat tri|duyet|duoc)(?: (?:em|nhe|a|roi|luon|day))*")
_LOOSE = re.compile(r"(?:ok|oke|duoc)\b")
"""Said of anything: they answer a request only while nothing else was said since, by either side."""
_NO = re.compile(r"khong (?:duoc|nhat tri|duyet|dong y)(?: (?:em|nhe|a|dau))*")
_LEAVE = ("thoi", "de sau")
_NUMBER = re.compile(r"[(\[]?(?:(?:số|so|chọn|chon)\s)?\s*(\d{1,2})\s*[.,:)\]]*", re.IGNORECASE)

Offered = list[Any]
"""Rows of label, what it is worth typing, its number or 0, who offered it (a reply, a reply before the last message of
the person, or a notice nobody asked for, since which more was said or not), and the beginning of what was said with
it."""


def offered(before: Offered, choices: Sequence[Choice], *, unasked: bool, said: str = "") -> Offered:
    """What holds once these are said. What was said `unasked` lasts beside all else; a reply ends the reply before."""
    worth, ends = {choice.says for choice in choices}, {STALE} if unasked else {STALE, REPLY}
    kept = [each for each in before if _by(each) not in ends and each[1] not in worth]
    by = NOTICE if unasked else REPLY
    return [*kept, *([each.label, each.says, each.number, by, said[:BRIEF]] for each in choices)][-MOST:]


def answered(before: Offered, settled: str = "") -> Offered:
    """What holds once the person has written again: a number counts once, a label until others are offered. What
    `settled` decides is no question any more."""
    left = [each for each in before if not settled or _thing(each[1]) != _thing(settled)]
    return [each if _is_notice(each) else [*each[:2], 0, STALE, *each[4:]] for each in spoken_since(left)]


def spoken_since(before: Offered) -> Offered:
    """What holds once anything was said that offers nothing: a request is no longer what was said last."""
    return [[*each[:3], OLDER, *each[4:]] if _by(each) == NOTICE else each for each in before]


def several(text: str, choices: Offered) -> list[tuple[str, str]]:
    """Where this label was offered with several notices about different things: what was said there and its worth."""
    worth = pressed(text, choices)
    meant = [each for each in choices if each[1] in worth and _is_notice(each)]
    if len({_thing(each[1]) for each in meant}) < 2:
        return []
    return [(each[4] if len(each) > 4 else each[0], each[1]) for each in meant]


def waiting(text: str, choices: Offered) -> list[tuple[str, str]]:
    """Likewise for the only request this would answer, where more was said since."""
    worth = pressed(text, choices)
    return [
        (each[4] if len(each) > 4 else each[0], each[1]) for each in choices if each[1] in worth and _by(each) == OLDER
    ]


def just_offered(choices: Offered) -> list[tuple[str, str]]:
    """Label and worth of what the last reply offered, as long as nothing was said to it."""
    return [(each[0], each[1]) for each in choices if _by(each) == REPLY]


def agreed(text: str, choices: Offered) -> str | None:
    """What «ok» or «đồng ý» is worth where the last that was said leaves only this or «thôi»."""
    last = just_offered(choices)
    if len(last) != 2 or _by(choices[-1]) != REPLY or fold(last[1][0]) not in _LEAVE or not _YES.fullmatch(fold(text)):
        return None
    return last[0][1]


def _thing(worth: str) -> str:
    """What a command is about: `/duyet 5` of `/duyet 5 1`."""
    return " ".join(worth.split()[:2])


def pressed(text: str, choices: Offered) -> list[str]:
    """What this is worth: the choice of this number, else those of this label, the newest last; «được» and «không
    được» answer a request."""
    if number := _NUMBER.fullmatch(text.strip()):
        return [each[1] for each in choices if each[2] and each[2] == int(number[1])]
    folded = fold(text)
    found = list(dict.fromkeys(each[1] for each in choices if folded and fold(each[0]) == folded))
    meant = "dong y" if _YES.fullmatch(folded) else "khong dong y" if _NO.fullmatch(folded) else ""
    if meant and _LOOSE.match(folded) and not (choices and _by(choices[-1]) == NOTICE):
        return found
    asked = [each for each in choices if _is_notice(each) and fold(each[0]) == meant]
    return found or list(dict.fromkeys(each[1] for each in asked))


def _is_notice(each: Sequence[Any]) -> bool:
    return _by(each) in {NOTICE, OLDER}


def _by(each: Sequence[Any]) -> str:
    return str(each[3]) if len(each) > 3 else STALE
