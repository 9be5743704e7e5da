"""Guided questions, drawn from the words of the demand itself: what a clerk would ask the office to state."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from itertools import islice

from bot.documents.layout import LOWER, MARKER, UPPER
from bot.documents.reading import Question, Span
from bot.text import fold, one_line

MOST = 40
"""Items of one list, and questions from either source: nobody would look through more."""
_UNTIL = (
    r"(?=\s+(?:từ đầu năm|từ ngày|theo nhiệm vụ|theo|gửi|trước ngày|để)\b|\s+và (?:làm rõ|phân tích|đề xuất)"
    rf"|\s+(?:về|qua|cho|đến|tới|lên)\s+[{UPPER}]"
    r"|[;:.()]|,\s+(?:đề xuất|gửi|trong đó|kiến nghị|trách nhiệm|trên cơ sở|chỉ ra|nêu|đánh giá|làm rõ|phân tích)|$)"
)
_RESULT = re.compile(rf"\bkết quả\b(?:\s+[^;:.()]+?)??{_UNTIL}")
_OBJECT = re.compile(rf"\b(?:thực hiện|triển khai)\s+[^;:.()]+?{_UNTIL}")
_GOOD = re.compile(r"\b(?:ưu điểm|thuận lợi|mặt (?:được|mạnh|làm được))\b", re.IGNORECASE)
_WORSE = r"(?:tồn tại|hạn chế|khó khăn|vướng mắc|khuyết điểm|bất cập)"
_BAD = re.compile(rf"\b{_WORSE}(?:(?:,|\s+và)\s+{_WORSE})*", re.IGNORECASE)
_CAUSE = re.compile(
    rf"\bnguyên nhân\b(?!\s+(?:chủ|khách))[^;:.()]*?(?=\s+trên các lĩnh vực|\s*\(|,\s+trách nhiệm)"
    rf"|\bnguyên nhân\b[^;:.()]*?{_UNTIL}",
    re.IGNORECASE,
)
_DUTY = re.compile(rf"\btrách nhiệm của\b[^;:.()]*?{_UNTIL}")
_PROPOSAL = re.compile(
    rf"\b(?:đề xuất|kiến nghị)\s+(?:các |những |nhiệm vụ|giải pháp|biện pháp|phương hướng)[^;:.()]*?{_UNTIL}"
)
_PLAN = re.compile(rf"\b(?<!đề xuất )(?<!kiến nghị )phương hướng[^;:.()]*?{_UNTIL}")
_ASKED = (_RESULT, _GOOD, _BAD, _CAUSE, _PROPOSAL, _PLAN, _DUTY)
_WEIGHED = (_GOOD, _BAD, _CAUSE)
"""What a heading may name in one breath and an office answers one by one."""
_ORDER = re.compile(
    r"(?:nêu|đánh giá|báo cáo|đề xuất|kiến nghị|thống kê|phân tích|cung cấp|trình bày|làm rõ|so sánh|tổng hợp|liệt kê"
    r"|xác định|cho biết|đề nghị)\b",
    re.IGNORECASE,
)
"""What is asked already says what to do."""
_NOUN = re.compile(r"(?:báo cáo|đánh giá) (?:chung|số|tài chính)\b|(?:kiến nghị|đề xuất)(?:,| và |$)", re.IGNORECASE)
_SENDING = re.compile(
    r"(?:Thời (?:gian|hạn|điểm)|Địa chỉ|Hình thức|Nơi nhận|Hạn|Lưu ý)\b[^:\n]{0,40}\b(?:gửi|nộp|nhận|báo cáo)\b"
)
"""How a report is sent is nothing to report on."""
_ABOUT = re.compile(r"(?:Về|Đối với)\s+(?=[^\W\d])", re.IGNORECASE)
_FILLED = re.compile(r"[\s.…_:;,*-]+$")
_LABEL = re.compile(r"(?=[^:]{5,120}:)[^:]*\w\w[^:]*")
_ROWS = re.compile(r" \| |\blặp lại (?:cho|theo|với) (?:từng|mỗi)\b", re.IGNORECASE)
_BELOW = re.compile(rf"\n[ ]*(?=[{UPPER}])")
"""Where a short heading ends and what stands under it begins."""
_SHORT = 60
_LONGEST = 200


_VOWELS = "aàảãáạăằẳẵắặâầẩẫấậeèẻẽéẹêềểễếệiìỉĩíịoòỏõóọôồổỗốộơờởỡớợuùủũúụưừửữứựyỳỷỹýỵ"
_SYLLABLE = re.compile(rf"(?:ngh?|nh|ch|gh|kh|ph|qu|th|tr|[bcdđghklmnpqrstvx])?[{_VOWELS}]{{1,3}}(?:ng|nh|ch|[cmnpt])?")


def questions(text: str, span: Span) -> tuple[Question, ...]:
    """What the demand at `span` wants to be told, each question with the words it stands on."""
    words = text[slice(*span)].replace("\n", " ")
    found = [pattern.search(words) for pattern in _ASKED]
    return tuple(_question(words, each, span[0]) for each in found if each)


def listed(text: str, spans: Iterable[Span]) -> tuple[Question, ...]:
    """One question for each item of a list of what is to be reported on; a label stands for what it introduces."""
    heads = [head for span in spans if (head := headline(text, span))][:MOST]
    capitals = any(text[slice(*head)].isupper() for head in heads)
    words = re.finditer(rf"(?<=[^\W\d_] )\w+|\w+(?= [{UPPER}][{LOWER}])", text) if capitals else ()
    elsewhere = Counter(found[0] for found in words if not found[0].isupper())
    return tuple(question for head in heads for question in _of_heading(text, head, elsewhere))


def _of_heading(text: str, head: Span, elsewhere: Counter[str]) -> list[Question]:
    """One, or one each for `ưu điểm, hạn chế và nguyên nhân`."""
    words = text[slice(*head)].replace("\n", " ")
    weighed = [found for pattern in _WEIGHED if (found := pattern.search(words))]
    if len(weighed) > 1:
        return [Question(_question(words, found, head[0]).text, head) for found in weighed]
    return [Question(asking(_spelled(words, elsewhere)), head)]


def headline(text: str, span: Span) -> Span | None:
    """An item without its marker and what is to be filled in; before a colon only its label, unless the columns of a
    table follow, or it is asked for each of several. None if no words are left."""
    start, end = span
    if marker := MARKER.match(text, start, end):
        start = marker.end()
    if _SENDING.match(text, start, end):
        return None
    if about := _ABOUT.match(text, start, end):
        start = about.end()
    if (label := _LABEL.match(text, start, end)) and not _ROWS.search(text, label.end(), end):
        end = label.end()
    if (below := _BELOW.search(text, start, end)) and below.start() - start <= _SHORT:
        end = below.start()
    if tail := _FILLED.search(text, start, end):
        end = tail.start()
    words = text[start:end].split()
    return (start, end) if len(words) > 1 and any(word.isalpha() for word in words) else None


def _spelled(words: str, elsewhere: Counter[str]) -> str:
    """On one line; capitals as the text writes the same words elsewhere, else small letters, unless they are
    initials."""
    words = " ".join(words.split())
    return re.sub(r"\w+", lambda word: _small(word[0], elsewhere), words) if words.isupper() else words


def _small(word: str, elsewhere: Counter[str]) -> str:
    seen = max((word.lower(), word.capitalize()), key=elsewhere.__getitem__)
    return seen if elsewhere[seen] or _SYLLABLE.fullmatch(word.lower()) else word


def asking(what: str) -> str:
    """`Ưu điểm` → `Đề nghị nêu ưu điểm.`"""
    said = one_line(what, _LONGEST)
    said = said[:1].lower() + said[1:] if said[1:2].islower() else said
    if said.startswith("đề nghị"):
        return f"Đ{said[1:]}."
    verb = _ORDER.match(said) and not _NOUN.match(said)
    return f"Đề nghị {said}." if verb else f"Đề nghị nêu {said}."


def merged(first: Iterable[Question], more: Iterable[Question]) -> tuple[Question, ...]:
    """`first`, then those of `more` that ask for something else."""
    found = list(first)[:MOST]
    for each in islice(more, MOST):
        if not any(_same(each, other) for other in found):
            found.append(each)
    return tuple(found)


def _same(one: Question, other: Question) -> bool:
    a, b = (f" {fold(each.text).removeprefix('de nghi ').removeprefix('neu ')} " for each in (one, other))
    return a in b or b in a


def _question(words: str, found: re.Match[str], offset: int) -> Question:
    said, end = " ".join(found[0].split()).strip(" ,"), found.start() + len(found[0].rstrip(" ,"))
    said = said.lower() if said.isupper() else said
    if said == "kết quả" and (what := _OBJECT.search(words, found.end())):
        said += " " + " ".join(what[0].split())
        end = what.end()
    return Question(asking(said), (offset + found.start(), offset + end))
