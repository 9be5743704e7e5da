"""Official documents going out: báo cáo tổng hợp and công văn as .docx, the matrix as .xlsx, all files as a ZIP.

Values in (`model`), bytes out; no clock, no database. The same value gives the same bytes, whatever strangers wrote.
"""

from bot.documents.report.dossier import Dossier, Paper, Sheet, write_dossier
from bot.documents.report.files import Collection, SentFile, names_in, write_files
from bot.documents.report.listing import Listing, write_listing
from bot.documents.report.model import (
    Annex,
    Heading,
    Letter,
    Letterhead,
    Matrix,
    Names,
    Passage,
    Question,
    Report,
    Respondent,
    Signature,
    Source,
    State,
    Table,
    Total,
    Words,
)
from bot.documents.report.outline import Topic, by_office, by_topic
from bot.documents.report.rolls import counts, missing, rolls
from bot.documents.report.word import write_letter, write_report
from bot.documents.report.workbook import write_matrix

__all__ = [
    "Annex",
    "Collection",
    "Dossier",
    "Heading",
    "Letter",
    "Letterhead",
    "Listing",
    "Matrix",
    "Names",
    "Paper",
    "Passage",
    "Question",
    "Report",
    "Respondent",
    "SentFile",
    "Sheet",
    "Signature",
    "Source",
    "State",
    "Table",
    "Topic",
    "Total",
    "Words",
    "by_office",
    "by_topic",
    "counts",
    "missing",
    "names_in",
    "rolls",
    "write_dossier",
    "write_files",
    "write_letter",
    "write_listing",
    "write_matrix",
    "write_report",
]
