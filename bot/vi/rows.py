"""Tables, row by row."""

from __future__ import annotations

from collections.abc import Sequence

from bot.messages import Outgoing
from bot.vi.common import brief, row
from db.directives import Assignment, Question
from db.reports import Answer

SHOWN = 10
"""The last rows that are shown again."""


def how(columns: Sequence[str]) -> str:
    """Under the question."""
    return (
        f"Nhập mỗi dòng một tin: {' | '.join(columns)}; hoặc nhập lần lượt từng ô, bắt đầu từ «{columns[0]}». "
        "Đủ các dòng thì nhắn «Xong»."
    )


def so_far(assignment: Assignment, question: Question, asked: str, answer: Answer) -> Outgoing:
    """The rows, and what comes next: the next cell, or the next row."""
    rows: Sequence[Sequence[str]] = answer.rows
    if not rows:
        text = (
            f"{asked}\nĐã giữ lời «{brief(answer.text, 120)}», nhưng chưa chia được thành dòng. {how(question.options)}"
        )
        keep = ("Giữ nguyên chữ", f"/nguyenvan {assignment.id} {question.id} {answer.id}")
        return Outgoing(text, (row(keep, ("Để sau", "/huy")),), wants_words=True)
    columns, here = question.options, f"{assignment.id} {question.id}"
    first = max(1, len(rows) - SHOWN + 1)
    listed = [f"{n}. {brief(' | '.join(cells), 150)}" for n, cells in enumerate(rows, 1) if n >= first]
    text = "\n".join([asked, f"Đã ghi {len(rows)} dòng:", *listed])
    later = ("Để sau", "/huy")
    if len(rows[-1]) < len(columns):
        return Outgoing(
            f"{text}\nDòng {len(rows)}: đề nghị nhập «{columns[len(rows[-1])]}».", (row(later),), wants_words=True
        )
    more = f"{text}\nNhập dòng {len(rows) + 1}, hoặc nhắn «Xong». Cần sửa: «sửa dòng 1: …», «bỏ dòng 1»."
    return Outgoing(more, (row(("Xong", f"/xongcau {here}"), later),), wants_words=True)


def wrong_row(columns: Sequence[str], line: str, count: int) -> Outgoing:
    return Outgoing(
        f"Dòng «{brief(line, 80)}» có {count} ô, cần {len(columns)} ô cách nhau bằng dấu «|»: {' | '.join(columns)}. "
        "Đề nghị nhập lại dòng này.",
        wants_words=True,
    )


def no_figure(column: str, cell: str) -> Outgoing:
    return Outgoing(
        f"Cột «{column}» cần một con số, chưa đọc được «{brief(cell, 60)}». Đề nghị nhập lại, ví dụ: 3,5 hoặc 1.250; "
        "chưa có thì nhập «-».",
        wants_words=True,
    )


def which_row(count: int) -> Outgoing:
    return Outgoing(f"Bảng đang có {count} dòng. Đề nghị cho biết số dòng trong khoảng đó.", wants_words=True)


def no_rows(columns: Sequence[str]) -> Outgoing:
    return Outgoing(f"Bảng chưa có dòng nào. {how(columns)} Không có gì thì nhắn «Không phát sinh».", wants_words=True)


def too_many(most: int) -> Outgoing:
    return Outgoing(f"Bảng dài quá {most} dòng. Đề nghị gửi bảng bằng tệp.", wants_words=True)


def finished(number: int, count: int) -> str:
    return f"Câu {number}: đã ghi bảng {count} dòng.\n"


def nothing(number: int) -> str:
    return f"Câu {number}: ghi «Không phát sinh».\n"
