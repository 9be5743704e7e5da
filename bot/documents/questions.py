"""Guided questions, drawn from the words of the demand itself: what a clerk would ask the office to state."""

from __future__ import annotations

import re

from bot.documents.reading import Question, Span

MOST = 5
_UNTIL = (
    r"(?=\s+(?:từ đầu năm|từ ngày|theo nhiệm vụ|theo|gửi|trước ngày)\b|\s+và (?:làm rõ|phân tích|đề xuất)"
    r"|[;:.()]|,\s+(?:đề xuất|gửi|trong đó|kiến nghị|trách nhiệm)|$)"
)
_RESULT = re.compile(rf"\bkết quả\b(?P<own>\s+[^;:.()]+?)?{_UNTIL}")
_OBJECT = re.compile(rf"\b(?:thực hiện|triển khai)\s+[^;:.()]+?{_UNTIL}")
_GOOD = re.compile(r"\bưu điểm\b")
_WORSE = r"(?:tồn tại|hạn chế|khó khăn|vướng mắc|khuyết điểm)"
_BAD = re.compile(rf"\b{_WORSE}(?:(?:,|\s+và)\s+{_WORSE})*")
_CAUSE = re.compile(
    rf"\bnguyên nhân\b(?!\s+(?:chủ|khách))[^;:.()]*?(?=\s+trên các lĩnh vực|\s*\(|,\s+trách nhiệm)"
    rf"|\bnguyên nhân\b[^;:.()]*?{_UNTIL}"
)
_DUTY = re.compile(rf"\btrách nhiệm của\b[^;:.()]*?{_UNTIL}")
_PROPOSAL = re.compile(
    rf"\b(?:đề xuất|kiến nghị)\s+(?:các |những |nhiệm vụ|giải pháp|biện pháp|phương hướng)[^;:.()]*?{_UNTIL}"
)


def questions(text: str, span: Span) -> tuple[Question, ...]:
    """At most five questions about the demand at `span`, each with the words it stands on."""
    words = text[slice(*span)].replace("\n", " ")
    found = [pattern.search(words) for pattern in (_RESULT, _GOOD, _BAD, _CAUSE, _PROPOSAL, _DUTY)]
    asked = [_question(words, each, span[0]) for each in found if each]
    return tuple(asked[:MOST])


def _question(words: str, found: re.Match[str], offset: int) -> Question:
    said = " ".join(found[0].split()).strip(" ,")
    if said == "kết quả" and (what := _OBJECT.search(words, found.end())):
        said += " " + " ".join(what[0].split())
    asking = "Đề nghị" if said.startswith(("đề xuất", "kiến nghị")) else "Đề nghị nêu"
    start = offset + found.start()
    return Question(f"{asking} {said}.", (start, start + len(found[0].rstrip(" ,"))))
