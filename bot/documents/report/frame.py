"""What stands around the text of any official document: head, addressees, signature, Nơi nhận, annexes. The fixed
words here are the state's own (Nghị định 30/2020/NĐ-CP, phụ lục I)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from bot.documents.report.body import Marks, blocks, outline
from bot.documents.report.model import Letter, Letterhead, Report, Signature
from bot.documents.report.outline import roman
from bot.documents.report.plain import line, prose, sentence
from bot.documents.report.wml import KEPT, TEXT, WIDE_TEXT, columns, paragraph, rule, run, section, words

NATION = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO = "Độc lập - Tự do - Hạnh phúc"
BLANK = "      "
_MOTTO_LENGTH = 151.0
"""Points of it in bold Times New Roman of 13 pt."""
_LEFT = round(TEXT * 0.4)
_HEAD = (_LEFT, TEXT - _LEFT)
_FOOT = (round(TEXT * 0.48), TEXT - round(TEXT * 0.48))


def head(letterhead: Letterhead, subject: str = "") -> str:
    """The two columns: who writes, on the left; the nation and the day, on the right. `subject` is a letter's."""
    issuer, column = line(letterhead.issuer).upper(), _HEAD[0] / 20
    left = [
        words("Parent", _even(line(letterhead.parent).upper(), column)) if letterhead.parent.strip() else "",
        words("Issuer", _even(issuer, column)),
        rule(_length(issuer, 12, column) * 0.4, column),
        words("Number", number(letterhead.symbol)),
        words("LetterSubject", f"V/v {line(subject, 1000)}") if subject else "",
    ]
    right = [
        words("Nation", NATION),
        words("Motto", MOTTO),
        rule(_MOTTO_LENGTH, _HEAD[1] / 20),
        words("PlaceDate", f"{line(letterhead.place)}, {day(letterhead.dated)}"),
    ]
    return columns(_HEAD, ["".join(left), "".join(right)])


def title(kind: str, subject: str) -> str:
    """Tên loại and trích yếu, with the line under them."""
    said = line(subject, 1000)
    return "".join((words("Title", kind), words("Subject", said), rule(_length(said, 14, TEXT / 20) * 0.4, TEXT / 20)))


def addressees(names: Sequence[str]) -> str:
    """One on the same line, several each on its own."""
    if not names:
        return ""
    if len(names) == 1:
        return words("Addressee", f"Kính gửi: {sentence(line(names[0]))}")
    return words("Addressee", "Kính gửi:") + "".join(words("Addressees", each) for each in listed(names))


def foot(document: Report | Letter) -> str:
    """Nơi nhận on the left, the signature on the right."""
    copies = [*(["Như trên"] if document.addressees else []), *document.copies, f"Lưu: {line(document.archive)}"]
    left = words("CopiesLabel", "Nơi nhận:") + "".join(words("Copies", each) for each in listed(copies))
    return words("Gap", "", KEPT) + columns(_FOOT, [left, _signature(document.signature)])


def listed(names: Iterable[str]) -> list[str]:
    """`- A;` … `- Z.`"""
    clean = [sentence(line(name), "") for name in names]
    return [f"- {name}{'.' if place == len(clean) else ';'}" for place, name in enumerate(clean, 1)]


def annexes(document: Report | Letter, kind: str, marks: Marks) -> Iterator[str]:
    """Each on a new page, its pages counted by itself; and what ends the last section."""
    wide = False
    for place, annex in enumerate(document.annexes, 1):
        yield paragraph("Rule", props=section(wide=wide, starts=place > 1))
        wide = annex.wide
        yield words("AnnexLabel", f"Phụ lục {roman(place)}" if len(document.annexes) > 1 else "Phụ lục")
        yield words("AnnexTitle", line(annex.title).upper())
        issued = f"{number(document.head.symbol, 'số')} {day(document.head.dated)}"
        yield words("AnnexNote", f"(Kèm theo {kind} {issued} của {line(document.head.issuer)})")
        yield from blocks(annex.blocks, marks, WIDE_TEXT if wide else TEXT)
        yield from outline(annex.points, marks, WIDE_TEXT if wide else TEXT)
    if document.annexes:
        yield words("Gap", "")
    yield section(wide=wide, starts=bool(document.annexes))


def number(symbol: str, label: str = "Số:") -> str:
    """The number is văn thư's to give: its place is left open."""
    return f"{label}{BLANK}/{line(symbol).strip('/ ')}"


def day(dated: date | None) -> str:
    """`ngày 05 tháng 02 năm 2024`, `tháng 3`; a day nobody has named yet is left open."""
    if dated is None:
        return f"ngày{BLANK}tháng{BLANK}năm{BLANK}".rstrip()
    month = f"{dated.month:02}" if dated.month < 3 else str(dated.month)
    return f"ngày {dated.day:02} tháng {month} năm {dated.year}"


def _signature(signature: Signature) -> str:
    titles = "".join(words("SignTitle", line(each).upper()) for each in signature.titles)
    return titles + paragraph("SignName", run(prose(line(signature.name))))


def _even(name: str, column: float) -> str:
    """A name too long for its column in lines of about one length: no word is left alone on the last."""
    lines, size = [""], 12.6  # half a point more than it is set in, so that no line breaks once more
    goal = sum(_length(word + " ", size, column) for word in name.split())
    goal /= max(1, -(-goal // column))
    for word in name.split():
        joined = f"{lines[-1]} {word}".strip()
        if lines[-1] and _length(joined, size, column) > goal + _length(word, size, column) / 2:
            lines.append(word)
        else:
            lines[-1] = joined
    return "\n".join(lines)


def _length(text: str, size: float, column: float) -> float:
    """Points of a text in bold Times New Roman, near enough for a line of a third to a half of it."""
    wide = sum(0.25 if char == " " else 0.66 if char.isupper() else 0.46 for char in text)
    return min(wide * size, column)
