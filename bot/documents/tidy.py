"""Raw text to the text we index into: one Unicode form, no Markdown marks, columns one after the other."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.text import clean, one_line

_SPACES = re.compile(r"[ \t\u00a0\u2000-\u200a\u202f\u3000]")
_STARS = re.compile(r"\(\*\)|(?<=\S)\*+|\*+(?=\S)")
_BULLET = re.compile(r"^(\s*)[*+•●▪–—](?=\s)", re.MULTILINE)
_HEADING = re.compile(r"^#{1,6}\s+", re.MULTILINE)
_GAP = re.compile(r"(?<=\S)(?<!Số:)(?<!Số)(?<!ngày)(?<!tháng)\s{5,}(?=\S)")
_INDENT = 24
_OPEN_TONES = {"à": "ò", "á": "ó", "ả": "ỏ", "ã": "õ", "ạ": "ọ"}
_OPEN_E = {"è": "ò", "é": "ó", "ẻ": "ỏ", "ẽ": "õ", "ẹ": "ọ"}
_OPEN_Y = {"ỳ": "ù", "ý": "ú", "ỷ": "ủ", "ỹ": "ũ", "ỵ": "ụ"}
_NEW_STYLE = re.compile(r"(?<!q)(?:o([àáảãạ])|o([èéẻẽẹ])|u([ỳýỷỹỵ]))(?!\w)")


def tidy(raw: str) -> str:
    """The text a Reading is about: NFC, no Markdown marks, two-column blocks set left column first. Lines stay."""
    text = clean(raw.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n\n").replace("\v", "\n"))
    text = _SPACES.sub(" ", text).replace("\\*", "*")
    text = _STARS.sub(lambda stars: stars[0] if stars[0] == "(*)" else "", _BULLET.sub(r"\1-", text))
    blocks = re.split(r"\n[ ]*\n", _HEADING.sub("", text))
    return "\n\n".join(block for block in map(_one_column, blocks) if block.strip())


def _one_column(block: str) -> str:
    lines = block.split("\n")
    first, last = _two_columns(lines)
    if first == last or "|" in block:
        return "\n".join(map(_collapse, lines))
    left, right = zip(*map(_columns, lines[first:last]), strict=True)
    around = "\n".join(map(_collapse, lines[:first])), _one_column("\n".join(lines[last:]))
    columns = ["\n".join(filter(None, column)) for column in (left, right)]
    return "\n\n".join(filter(None, [around[0], *columns, around[1]]))


def _two_columns(lines: list[str]) -> tuple[int, int]:
    """Which lines are set in two columns: a run with gaps, and what still belongs to its left column."""
    wide = [bool(_GAP.search(line)) or _indented(line) for line in lines]
    if not any(wide):
        return 0, 0
    first = wide.index(True)
    last = next((n for n in range(first, len(lines)) if not wide[n]), len(lines))
    if any(_SIGNING.match(line) for line in lines[first:last]):
        return first, len(lines)
    subject = any(_SUBJECT.match(line) for line in lines[first:last])
    while subject and last < len(lines) and not _ADDRESSED.match(lines[last]):
        last += 1
    return first, last


ADDRESSED = r"k[iíì]nh\s+g[uưứửừ][iíỉì]"
SENT_TO = r"n[ơoớờ]i\s+nh[aâậạấ]n"
"""«Kính gửi» and «Nơi nhận» as a scan may leave them; for any case."""
_SIGNING = re.compile(rf"\s*{SENT_TO}", re.IGNORECASE)
_SUBJECT = re.compile(r"\s*V/v|\s*Về việc", re.IGNORECASE)
_ADDRESSED = re.compile(rf"\s*{ADDRESSED}", re.IGNORECASE)


def _collapse(line: str) -> str:
    return " ".join(line.split())


def _columns(line: str) -> tuple[str, str]:
    if _indented(line):
        return "", line.strip()
    parts = _GAP.split(line, maxsplit=1)
    return _collapse(parts[0]), _collapse(parts[1]) if len(parts) > 1 else ""


def _indented(line: str) -> bool:
    return bool(line.strip()) and len(line) - len(line.lstrip()) >= _INDENT


def match_form(text: str) -> str:
    """Lower case, line breaks as spaces, one way to place tone marks (`hóa`); characters keep their places."""
    lowered = text.lower()
    if len(lowered) != len(text):  # a letter that grows, such as İ
        lowered = "".join(char.lower() if len(char.lower()) == 1 else char for char in text)
    return _NEW_STYLE.sub(_new_style, plain_digits(_heal(lowered.replace("\n", " "))))


def plain_digits(text: str) -> str:
    """Letters that a scan put for digits of a date (`l6 tháng 4 năm 202l`) as digits; characters keep their places."""
    return _LETTER_O.sub("0", _LETTER_L.sub("1", text))


_LETTER_L = re.compile(r"(?<=\d)[lI|](?=[\d/.\s]|$)|(?<=[\s/])[lI|](?=\d{1,3}[/\s]|\s+(?:tháng|THÁNG)\s)")
_LETTER_O = re.compile(r"(?<=\d)[oO](?=[\d/\s]|$)|(?<=[\s/])[oO](?=\d[/\s])")


def _heal(form: str) -> str:
    """The words a deadline hangs on, where a scan lost their marks (`trưóc`, `nhât`)."""
    for pattern, word in _NOISE:
        form = pattern.sub(word, form)
    return form


_NOISE = tuple(
    (re.compile(pattern), word)
    for pattern, word in (
        (r"\btr[ưu][ơớóoờởợòọ]c\b", "trước"),
        (r"\bch[aâạặấ]m(?=\s+nh[âấàậ]t\b)", "chậm"),
        (r"(?<=chậm )nh[âàậ]t\b", "nhất"),
        (r"\bhòan(?=\s+thành)", "hoàn"),
        (r"\bng[aáảã]y(?=\s*\d)", "ngày"),
        (r"\bth[aảàắằâ]ng(?=\s*\d)", "tháng"),
    )
)


def _new_style(found: re.Match[str]) -> str:
    a, e, y = found.groups()
    if a:
        return _OPEN_TONES[a] + "a"
    return _OPEN_E[e] + "e" if e else _OPEN_Y[y] + "y"


def lines(text: str) -> Iterator[tuple[int, int]]:
    """Spans of the lines that are not blank, without the white space around them."""
    for line in re.finditer(r"[^\n]*\S[^\n]*", text):
        lead = len(line[0]) - len(line[0].lstrip())
        yield line.start() + lead, line.start() + len(line[0].rstrip())


def stops(text: str, start: int, end: int) -> Iterator[re.Match[str]]:
    """Where sentences end between two places."""
    return _STOP.finditer(text, start, end)


def sentence_around(text: str, start: int, end: int) -> tuple[int, int]:
    """The span of the sentence that holds `start..end`: for a quotation."""
    before = [0, *(stop.end() for stop in _STOP.finditer(text, 0, start))]
    after = _STOP.search(text, max(end - 1, start))
    return _trim(text, before[-1], after.start() + 1 if after else len(text))


def quote(text: str, start: int, end: int, limit: int = 160) -> str:
    """The sentence around a span on one line; of a long one about `limit` characters that hold the span."""
    first, last = sentence_around(text, start, end)
    left = max(first, min(start, end - limit))
    left = left if left == first else text.rfind(" ", first, left) + 1
    right = last if last <= max(end, left + limit) else text.rfind(" ", end, left + limit)
    right = last if right + 2 >= last else max(right, end)
    words = " ".join(text[left:right].split())
    return f"{'…' if left > first else ''}{words}{'…' if right < last else ''}"


def quote_lines(text: str, start: int, end: int, limit: int = 160) -> str:
    """The lines that hold a span, as one: for what stands in the head of a document."""
    last = text.find("\n", end)
    return one_line(text[text.rfind("\n", 0, start) + 1 : last if last >= 0 else len(text)], limit)


_STOP = re.compile(
    r"(?<![\d/])[.;](?=\s|$)|(?<=\d)[.;](?=\n|$| [A-ZĐÀ-Ỹ])|/\.(?=\s|$)|\n(?=\s*(?:\(?\w{1,2}[.)]"
    r"|[-+])\s)|:\n|\n{2}(?=[^a-zà-ỹđ]*\n)"
)


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    words = text[start:end]
    return start + len(words) - len(words.lstrip()), start + len(words.rstrip())
