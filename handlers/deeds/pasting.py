"""One message that answers several questions: «1) … 2) … 3) …»."""

from __future__ import annotations

import re
from dataclasses import dataclass

_ITEM = re.compile(
    r"(?:^|(?<=\n))\s*(?:[Cc]âu|[Cc]au|[Mm]ục|[Mm]uc)?\s*(?P<number>\d{1,2})\s*[).:/](?!\d)\s*|(?<=\s)(?P<inline>\d{1,2})\)\s+"
)


@dataclass(frozen=True)
class Part:
    """What was said to the question of this number."""

    number: int
    text: str


def parts_of(text: str, most: int) -> list[Part]:
    """At least two, with rising numbers up to `most`, from the first word on; else none. Empty ones are left out."""
    items = list(_ITEM.finditer(text))
    numbers = [int(each["number"] or each["inline"]) for each in items]
    if len(items) < 2 or text[: items[0].start()].strip():
        return []
    if numbers != sorted(set(numbers)) or not numbers[0] >= 1 or numbers[-1] > most:
        return []
    ends = [each.start() for each in items[1:]] + [len(text)]
    said = [text[each.end() : end].strip() for each, end in zip(items, ends, strict=True)]
    return [Part(number, words) for number, words in zip(numbers, said, strict=True) if words]
