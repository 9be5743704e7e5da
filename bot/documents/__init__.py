"""Official documents: reading a công văn, its fields, dates and recipients.

`read_text` is pure; `read_file` reads a stranger's file in a child process; `secret_level` is asked of every text.
"""

from __future__ import annotations

from pathlib import Path

from bot.documents.bundle import in_order, stands_alone
from bot.documents.child import bind, look_at, read_file, read_files, read_table
from bot.documents.errors import DocumentError, NeedsOcr, Secret, TooBig, TooSlow, Unreadable
from bot.documents.face import years_in
from bot.documents.reader import read_text, with_calendar
from bot.documents.reading import Classification, Deadline, Period, Question, Reading, Signer, Span, Task
from bot.documents.recurring import recurring_rules
from bot.documents.secrecy import secret_level
from bot.documents.shapes import Shape, shape_of
from bot.documents.tidy import quote, quote_lines, sentence_around

__all__ = [
    "Classification",
    "Deadline",
    "DocumentError",
    "NeedsOcr",
    "Period",
    "Question",
    "Reading",
    "Secret",
    "Shape",
    "Signer",
    "Span",
    "Task",
    "TooBig",
    "TooSlow",
    "Unreadable",
    "bind",
    "in_order",
    "look_at",
    "quote",
    "quote_lines",
    "read_command",
    "read_file",
    "read_files",
    "read_table",
    "read_text",
    "recurring_rules",
    "secret_level",
    "sentence_around",
    "shape_of",
    "stands_alone",
    "with_calendar",
    "years_in",
]


def read_command(path: Path, as_json: bool) -> int:
    """`nhacviec read FILE [--json]`: print a reading; 0, or 1 with one clear sentence on stderr."""
    from bot.documents.show import read_command as show

    return show(path, as_json)
