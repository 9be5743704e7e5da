"""Holds a .docx to the layout of Nghị định 30/2020/NĐ-CP, phụ lục I. It knows nothing of how we write: the figures are
the decree's. What it does not see: where a page really ends."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from tests.layout_read import Document, Line, W

MM = 1440 / 25.4
NATION = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO = "Độc lập - Tự do - Hạnh phúc"
KINDS = {"BÁO CÁO", "TỜ TRÌNH", "KẾ HOẠCH", "THÔNG BÁO", "QUYẾT ĐỊNH", "CHỈ THỊ"}
LETTERS = "abcdđeghiklmnopqrstuvxy"
ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}
DAY = r"ngày (?:\d\d tháng (?:0[12]|[3-9]|1[0-2]) năm \d{4}|\s+tháng\s+năm)"
DEGREE = re.compile(r"\b(?:ThS|TS|PGS|GS|CN|KS|BS)\.")


def check_layout(data: bytes) -> list[str]:
    """What deviates, one sentence each; nothing if a văn thư would take it."""
    document = Document(data)
    found = list(_pages(document))
    parts = list(document.top())
    tables = [(lines, table) for kind, lines, table in parts if kind == "tbl"]
    if len(tables) < 2:
        return [*found, "head and foot are not two tables"]
    letter = any(line.text.startswith("V/v") for line in tables[0][0])
    foot = next((place for place, (_, lines, _) in enumerate(parts) if _is_foot(lines)), len(parts))
    text = [lines[0] for kind, lines, _ in parts[1:foot] if kind == "p"]
    found += _everywhere(document)
    found += _head(document, tables[0][1], letter)
    found += _title(text, letter)
    found += _text_of(text)
    found += _numbers([line.text for line in text])
    found += _foot(document, parts[foot][2] if foot < len(parts) else None, any("Kính gửi" in x.text for x in text))
    found += _annexes(parts[foot + 1 :])
    return found


def _pages(document: Document) -> Iterator[str]:
    for place, section in enumerate(document.sections):
        size, margins = section.find(f"{W}pgSz"), section.find(f"{W}pgMar")
        sides = sorted((int(size.get(f"{W}w")), int(size.get(f"{W}h"))))
        if any(abs(side - wanted * MM) > 20 for side, wanted in zip(sides, (210, 297), strict=True)):
            yield "paper is not A4"
        if place == 0 and int(size.get(f"{W}w")) > int(size.get(f"{W}h")):
            yield "the text lies across"
        for side, least, most in (("top", 20, 25), ("bottom", 20, 25), ("left", 30, 35), ("right", 15, 20)):
            if not least - 0.1 <= int(margins.get(f"{W}{side}")) / MM <= most + 0.1:
                yield f"{side} margin is not {least}-{most} mm"
        numbered = document.header(section, "default")
        if numbered is None or "PAGE" not in "".join(numbered.itertext()):
            yield "no page number in the top margin"
        elif document.lines(numbered)[0].align != "center":
            yield "the page number is not in the middle"
        elif not 13 <= document.lines(numbered)[0].size <= 14:
            yield "the page number is not 13-14"
        first = document.header(section, "first")
        if section.find(f"{W}titlePg") is None or (first is not None and "PAGE" in "".join(first.itertext())):
            yield "the first page shows a number"
        counted = section.find(f"{W}pgNumType")
        if place > 0 and (counted is None or counted.get(f"{W}start") != "1"):
            yield "an annex is not numbered from 1"


def _everywhere(document: Document) -> Iterator[str]:
    for line in (each for each in document.lines(document.body) if each.text.strip()):
        if line.fonts != {"Times New Roman"}:
            yield f"not Times New Roman: {line.text[:30]}"
        if not line.colours <= {"auto", "000000"}:
            yield f"not black: {line.text[:30]}"
        if unicodedata.normalize("NFC", line.text) != line.text:
            yield f"not NFC: {line.text[:30]}"
        if line.underlined:
            yield f"underlined instead of a drawn line: {line.text[:30]}"


def _head(document: Document, table: Any, letter: bool) -> Iterator[str]:
    cells = table.findall(f"{W}tr/{W}tc")
    if len(cells) != 2:
        yield "the head has not two columns"
        return
    if any(
        border.get(f"{W}val") not in {"none", "nil"} for borders in table.iter(f"{W}tblBorders") for border in borders
    ):
        yield "the head has borders"
    widths = [int(cell.find(f"{W}tcPr/{W}tcW").get(f"{W}w")) for cell in cells]
    if not 0.5 <= widths[1] / sum(widths) <= 0.7:
        yield "the nation's column is not about 60 %"
    left, right = (document.lines(cell) for cell in cells)
    if any(line.align != "center" for line in [*left, *right] if line.text):
        yield "the head is not centred"
    yield from _nation(right, widths[1])
    yield from _issuer([line for line in left if line.text or line.ruled], widths[0], letter)


def _nation(right: list[Line], width: int) -> Iterator[str]:
    nation, motto, rule, day = (*right, *[None] * 4)[:4]
    if nation is None or nation.text != NATION:
        yield "quốc hiệu is not as it must read"
    elif not nation.bold or not 12 <= nation.size <= 13:
        yield "quốc hiệu is not 12-13 bold"
    if motto is None or motto.text != MOTTO:
        yield "tiêu ngữ is not as it must read"
    elif not motto.bold or not 13 <= motto.size <= 14:
        yield "tiêu ngữ is not 13-14 bold"
    elif rule is None or not rule.ruled or not 0.9 <= _drawn(rule, width) / (motto.size * 11.6) <= 1.1:
        yield "no line as long as tiêu ngữ under it"
    if day is None or not re.fullmatch(rf"[^,]+, {DAY}", day.text):
        yield "place and day are not as they must read"
    elif not day.italic or not 13 <= day.size <= 14:
        yield "place and day are not 13-14 italic"


def _issuer(left: list[Line], width: int, letter: bool) -> Iterator[str]:
    ruled = next((place for place, line in enumerate(left) if line.ruled), 0)
    names, after = left[:ruled], [line for line in left[ruled + 1 :] if line.text]
    if not names or not names[-1].bold or not 12 <= names[-1].size <= 13:
        yield "the issuer is not 12-13 bold"
    if any(line.text != line.text.upper() for line in names):
        yield "the issuer is not in capitals"
    if any(line.bold or not 12 <= line.size <= 13 for line in names[:-1]):
        yield "the body above is not 12-13 upright"
    length = min(_width(names[-1]), width / 20) if names else 0
    if not ruled or not 0.3 <= _drawn(left[ruled], width) / length <= 0.53:
        yield "no line of a third to a half under the issuer"
    if not after or not re.fullmatch(r"Số:\s*\d*\s*/[A-ZĐ&]+(?:-[A-ZĐ&]+)*", after[0].text):
        yield "the number is not as it must read"
    elif after[0].size != 13 or after[0].bold or after[0].italic:
        yield "the number is not 13 upright"
    if letter and (not after[1:] or not 12 <= after[1].size <= 13 or after[1].bold):
        yield "the letter's subject is not 12-13 upright"
    if letter and after[1:] and after[1].before < 120:
        yield "the letter's subject is not 6 points below the number"


def _title(text: list[Line], letter: bool) -> Iterator[str]:
    named = [place for place, line in enumerate(text) if line.text in KINDS]
    if letter:
        if named:
            yield "a công văn has a tên loại"
        return
    if not named:
        yield "no tên loại"
        return
    kind, subject, rule = (*text[named[0] : named[0] + 3], *[text[-1]] * 3)[:3]
    if not kind.bold or kind.align != "center" or not 13 <= kind.size <= 14:
        yield "tên loại is not 13-14 bold in the middle"
    if not subject.bold or subject.align != "center" or not 13 <= subject.size <= 14:
        yield "trích yếu is not 13-14 bold in the middle"
    page = 165 * MM
    if not rule.ruled or not 0.3 <= _drawn(rule, page) / min(_width(subject), page / 20) <= 0.53:
        yield "no line of a third to a half under trích yếu"


def _text_of(text: list[Line]) -> Iterator[str]:
    said = [line for line in text if line.text.strip() and line.align != "center"]
    start = next((n for n, line in enumerate(said) if line.text.startswith("Kính gửi")), -1)
    prose = [line for line in said[start + 1 :] if not line.text.startswith("- ") or line.first]
    for line in prose:
        if not 13 <= line.size <= 14:
            yield f"text is not 13-14: {line.text[:30]}"
        if line.align != "both":
            yield f"text is not justified: {line.text[:30]}"
        if not 567 <= line.first <= 720:
            yield f"first line is not 1-1.27 cm in: {line.text[:30]}"
        if line.before < 120:
            yield f"paragraphs are not 6 points apart: {line.text[:30]}"
        if not 1 <= line.leading <= 1.5:
            yield f"lines are not single to 1.5: {line.text[:30]}"
    yield from _addressed(said, start)
    grounds = [line for line in prose if line.text.startswith("Căn cứ")]
    if any(not line.italic for line in grounds):
        yield "căn cứ is not italic"
    if any(not line.text.endswith("." if line is grounds[-1] else ";") for line in grounds):
        yield "căn cứ does not end in ; and the last in ."
    if not prose or not prose[-1].text.endswith("./."):
        yield "the text does not end in ./."


def _addressed(said: list[Line], start: int) -> Iterator[str]:
    if start < 0:
        return
    if said[start].bold or said[start].italic or not 13 <= said[start].size <= 14:
        yield "Kính gửi is not 13-14 upright"
    listed = []
    for line in said[start + 1 :]:
        if line.first or not line.text.startswith("- "):
            break
        listed.append(line.text)
    yield from _list("Kính gửi", listed)


def _list(name: str, items: list[str]) -> Iterator[str]:
    if any(not item.startswith("- ") for item in items):
        yield f"{name}: not each begins with a dash"
    if any(not item.endswith("." if place == len(items) else ";") for place, item in enumerate(items, 1)):
        yield f"{name}: not each ends in ; and the last in ."


def _numbers(texts: list[str]) -> Iterator[str]:
    """I. > 1. > a), each from its first and without a gap."""
    counts = [0, 0, 0]
    for text in texts:
        if found := re.match(r"(?P<roman>[IVXLCDM]+)\. |(?P<number>\d+)\. |(?P<letter>[^\W\d_]{1,2})\) ", text):
            depth = 0 if found["roman"] else 1 if found["number"] else 2
            counts[depth] += 1
            counts[depth + 1 :] = [0] * (2 - depth)
            said = found["roman"] or found["number"] or found["letter"]
            if _count(depth, said) != counts[depth]:
                yield f"out of order: {text[:30]}"
            elif depth == 0 and text != text.upper():
                yield f"a chapter's title is not in capitals: {text[:30]}"


def _count(depth: int, said: str) -> int:
    if depth == 0:
        values = [ROMAN.get(letter, 0) for letter in said]
        return sum(-a if a < b else a for a, b in pairwise([*values, 0]))
    if depth == 1:
        return int(said)
    return LETTERS.find(said[0]) + 1 + len(LETTERS) * (len(said) - 1) if said[0] in LETTERS else 0


def _is_foot(lines: list[Line]) -> bool:
    return bool(lines) and lines[0].text.startswith("Nơi nhận")


def _foot(document: Document, table: Any, addressed: bool) -> Iterator[str]:
    if table is None:
        yield "no Nơi nhận beside the signature"
        return
    left, right = ([x for x in document.lines(cell) if x.text] for cell in table.findall(f"{W}tr/{W}tc"))
    if left[0].text != "Nơi nhận:" or not (left[0].bold and left[0].italic and left[0].size == 12):
        yield "Nơi nhận is not 12 bold italic"
    if any(line.size != 11 or line.bold or line.italic for line in left[1:]):
        yield "the list of Nơi nhận is not 11 upright"
    yield from _list("Nơi nhận", [line.text for line in left[1:]])
    if addressed != (left[1].text == "- Như trên;"):
        yield "«Như trên» and Kính gửi do not go together"
    if not re.match(r"- Lưu: VT\b", left[-1].text):
        yield "the last of Nơi nhận is not «Lưu: VT»"
    if not right:
        yield "nobody signs"
        return
    *titles, name = right if len(right) > 1 else [*right, right[0]]
    if any(line.text != line.text.upper() for line in titles):
        yield "the signer's title is not in capitals"
    if any(not line.bold or line.align != "center" or not 13 <= line.size <= 14 for line in right):
        yield "the signature is not 13-14 bold in the middle"
    if DEGREE.search(name.text):
        yield "the signer's name has a degree"


def _annexes(parts: list[tuple[str, list[Line], Any]]) -> Iterator[str]:
    labels = [n for n, (_, lines, _) in enumerate(parts) if re.match(r"Phụ lục\b", lines[0].text)]
    for count, place in enumerate(labels, 1):
        label, title, note = (parts[min(place + more, len(parts) - 1)][1][0] for more in range(3))
        if not label.new_page and (place == 0 or parts[place - 1][2] is None):
            yield "an annex does not begin a page"
        if not label.bold or label.align != "center" or label.size != 14:
            yield "«Phụ lục» is not 14 bold in the middle"
        numeral = label.text.removeprefix("Phụ lục").strip()
        if (_count(0, numeral) if numeral else 0) != (count if len(labels) > 1 else 0):
            yield "annexes are not numbered I, II"
        if not title.bold or title.text != title.text.upper() or not 13 <= title.size <= 14:
            yield "an annex's name is not 13-14 bold capitals"
        if not note.italic or not note.text.startswith("(Kèm theo"):
            yield "no «(Kèm theo …)» in italics"


def _drawn(line: Line, width: float) -> float:
    return (width - line.left - line.right) / 20


def _width(line: Line) -> float:
    """Points of a bold line of Times New Roman, by classes of letters."""
    return line.size * sum(0.25 if char == " " else 0.66 if char.isupper() else 0.46 for char in line.text)
