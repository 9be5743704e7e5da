"""Buttons as words and numbers: what was offered in a chat, and what typing something there presses. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from bot.messages import Choice
from bot.text import fold

MOST = 60
_NUMBER = re.compile(r"[(\[]?(?:(?:số|so|chọn|chon)\s)?\s*(\d{1,2})\s*[.,:)\]]*", re.IGNORECASE)

Offered = list[Any]
"""Rows of label, what it is worth typing, its number or 0, and whether it lasts."""


def offered(before: Offered, choices: Sequence[Choice], *, unasked: bool) -> Offered:
    """What holds once these are said. What was said `unasked` lasts beside all else; a reply ends the reply before."""
    worth = {choice.says for choice in choices}
    kept = [each for each in before if (unasked or _lasts(each)) and each[1] not in worth]
    return [*kept, *([each.label, each.says, each.number, unasked] for each in choices)][-MOST:]


def answered(before: Offered) -> Offered:
    """What holds once the person has written again: a number belongs to the last list and to no later one."""
    return [each for each in before if _lasts(each)]


def pressed(text: str, choices: Offered) -> list[str]:
    """What this is worth: the choice of this number, else those of this label, the newest last."""
    if number := _NUMBER.fullmatch(text.strip()):
        return [each[1] for each in choices if each[2] and each[2] == int(number[1])]
    folded = fold(text)
    return list(dict.fromkeys(each[1] for each in choices if folded and fold(each[0]) == folded))


def _lasts(each: Sequence[Any]) -> bool:
    return len(each) > 3 and bool(each[3])
