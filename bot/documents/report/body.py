"""The text of a report: headings, what each office says, lists, sums and tables, piece by piece."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import zip_longest

from bot.documents.report.model import Block, Heading, Names, Passage, Source, Table, Total
from bot.documents.report.outline import numeral
from bot.documents.report.plain import line, prose, sentence
from bot.documents.report.wml import KEPT, TEXT, bookmark, grid, paragraph, run, words
from bot.figures import written

MOST_IN_LINE = 6
"""Figures behind a sum; more of them are a table."""
NO_FIGURE = "Chưa có số liệu"
_BULLET = re.compile(r"[-–•*](?: |(?=[^\W\d_]))")
_ITEM = re.compile(rf"{_BULLET.pattern}|\+ |\d{{1,2}}[.)] ")


def outline(headings: Iterable[Heading], marks: Marks, width: int = TEXT, depth: int = 0) -> Iterator[str]:
    """Headings with their numbers, and what stands under them; the text is `width` wide, in twentieths of a point."""
    for place, heading in enumerate(headings, 1):
        title = line(heading.title, 1000)
        yield words(f"Heading{min(depth, 3) + 1}", f"{numeral(depth, place)} {title.upper() if depth == 0 else title}")
        yield from blocks(heading.blocks, marks, width)
        yield from outline(heading.points, marks, width, depth + 1)


def blocks(found: Iterable[Block], marks: Marks, width: int = TEXT) -> Iterator[str]:
    """What stands under one heading."""
    for block in found:
        if isinstance(block, Passage):
            yield from _passage(block, marks, width)
        elif isinstance(block, Table):
            yield from table(block, width, marks)
        elif isinstance(block, Total):
            yield from _total(block, marks, width)
        elif isinstance(block, Names):
            offices = "; ".join(line(office) for office in block.offices)
            yield words("Body", f"{line(block.label)}: {sentence(offices)}" if offices else sentence(line(block.label)))
        else:
            yield from paragraphs(block.text)


def place_of(source: Source) -> str:
    """The bookmark a passage is found by: Word lists it, and paper does not show it."""
    return f"nguon_dv{source.office}_cau{source.question}_v{source.version}"


class Marks:
    """One for a document: bookmarks have numbers and names of their own; the same passage may stand in two places."""

    def __init__(self) -> None:
        self._number = 0
        self._again: dict[str, int] = {}

    def around(self, source: Source, inside: str) -> str:
        name = place_of(source)
        self._number += 1
        self._again[name] = again = self._again.get(name, 0) + 1
        return bookmark(self._number, name if again == 1 else f"{name}_{again}", inside)


def paragraphs(text: str) -> Iterator[str]:
    """One a line; empty lines left out."""
    for each in prose(text).split("\n"):
        if each.strip():
            yield words("Body", each.strip())


def _passage(passage: Passage, marks: Marks, width: int) -> Iterator[str]:
    lines = [each.strip() for each in prose(passage.text).split("\n") if each.strip()] or [""]
    lead = [run("- "), run(line(passage.office), bold=True), run(": ")] if passage.named else []
    alone = bool(lead) and bool(_ITEM.match(lines[0]))
    if alone:  # a list of its own begins below the name
        lines = ["", *lines]
    if lead:  # a point of a point bears «+», for the office's own bears «-»
        lines = [_BULLET.sub("+ ", each, count=1) if _BULLET.match(each) else each for each in lines]
    first = paragraph("Body", *lead, run(lines[0]), props=KEPT if alone else "")
    yield marks.around(passage.source, first + "".join(words("Body", each) for each in lines[1:]))
    if passage.table:
        yield from table(passage.table, width, marks)


def _total(total: Total, marks: Marks, width: int) -> Iterator[str]:
    unit = f" {line(total.unit)}" if total.unit else ""
    said = f"{line(total.label)}: {written(total.value)}{unit}"
    if 0 < len(total.parts) <= MOST_IN_LINE:
        behind = "; ".join(f"{line(office)} {written(value)}" for office, value in total.parts)
        yield words("Body", f"{said} ({behind}).")
    elif not total.parts:
        yield words("Body", f"{said} (0 đơn vị).")
    else:
        yield words("Body", f"{said} ({len(total.parts)} đơn vị).", KEPT)
        yield from _behind(total, marks, width)
    if total.without:
        yield words("Body", f"{NO_FIGURE}: {sentence('; '.join(line(office) for office in total.without))}")


def _behind(total: Total, marks: Marks, width: int) -> Iterator[str]:
    """The figures behind a sum in a table, each with the bookmark of its passage, and what was said beside it."""
    said = total.said or (None,) * len(total.parts)
    notes = [_beside(value, total.unit, each) for (_, value), each in zip(total.parts, said, strict=True)]
    heads = ["TT", "Cơ quan, đơn vị", f"Số liệu ({line(total.unit)})" if total.unit else "Số liệu"]
    heads, shares = ([*heads, "Đơn vị ghi"], (1, 7, 3, 4)) if any(notes) else (heads, (1, 8, 4))

    def rows() -> Iterator[Sequence[str]]:
        for place, ((office, value), note, each) in enumerate(zip(total.parts, notes, said, strict=True), 1):
            figure = run(written(value))
            cells = [words("CellCentre", str(place)), words("Cell", office)]
            cells.append(paragraph("CellNumber", marks.around(each.source, figure) if each else figure))
            yield [*cells, words("Cell", note)][: len(heads)]
        summed = ("", "Tổng cộng", written(total.value), "")[: len(heads)]
        yield [paragraph("CellNumber" if at == 2 else "Cell", run(text, bold=True)) for at, text in enumerate(summed)]

    widths = [int(width * share / sum(shares)) for share in shares]
    yield from grid(widths, [words("CellHead", head) for head in heads], rows())
    yield words("Gap", "")


def _beside(value: Decimal, unit: str, said: Passage | None) -> str:
    """What an office said, where it is more than the figure."""
    bare = {written(value), f"{written(value)} {unit}", ""}
    return "" if said is None or said.text.strip() in bare else line(said.text)


def table(found: Table, width: int, marks: Marks | None = None) -> Iterator[str]:
    """Its head on every page; what a row lacks stays empty. With `marks` each row can be found by its source."""
    count = len(found.columns)
    if not count:
        return
    shares = found.widths if len(found.widths) == count else (1,) * count
    widths = [max(1, int(width * share / sum(shares))) for share in shares]
    if found.caption:
        yield words("Caption", line(found.caption))
    yield from grid(widths, [words("CellHead", line(each)) for each in found.columns], _rows(found, count, marks))
    yield words("Gap", "")


def _rows(found: Table, count: int, marks: Marks | None) -> Iterator[Sequence[str]]:
    for row, source in zip_longest(found.rows, found.sources):
        first, *rest = [_cell(found, place, text) for place, text in enumerate(_fitted(row, count))]
        yield [marks.around(source, first) if marks and source else first, *rest]
    if found.total:
        yield [
            paragraph("CellNumber" if place in found.numeric else "Cell", run(line(text), bold=True))
            for place, text in enumerate(_fitted(found.total, count))
        ]


def _cell(found: Table, place: int, text: str) -> str:
    if place in found.numeric:
        return words("CellNumber", text)
    return words("CellCentre" if re.fullmatch(r"\d{1,5}", text) and place == 0 else "Cell", text)


def _fitted(row: Sequence[str], count: int) -> list[str]:
    return [*row[:count], *[""] * (count - len(row))]
