"""Báo cáo tổng hợp and công văn as .docx, streamed: the same value gives the same bytes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

from bot.documents.report import frame, package
from bot.documents.report.body import Marks, outline, paragraphs
from bot.documents.report.model import Letter, Report
from bot.documents.report.plain import line, sentence
from bot.documents.report.wml import KEPT, words

END = "./."


def write_report(report: Report, out: IO[bytes]) -> None:
    """A draft as văn thư takes it: the number is left open. `out` is best a file that can be sought."""
    _write(report, _report(report), f"Báo cáo {report.subject}", out)


def write_letter(letter: Letter, out: IO[bytes]) -> None:
    """A công văn, as a draft."""
    _write(letter, _letter(letter), letter.subject, out)


def _write(document: Report | Letter, text: Iterator[str], title: str, out: IO[bytes]) -> None:
    package.write(
        out, text, title=title, author=document.head.issuer, edition=document.edition, made_at=document.made_at
    )


def _report(report: Report) -> Iterator[str]:
    yield frame.head(report.head)
    yield frame.title("BÁO CÁO", report.subject)
    yield frame.addressees(report.addressees)
    for place, ground in enumerate(report.grounds, 1):
        yield words("Ground", sentence(line(ground, 1000), "." if place == len(report.grounds) else ";"))
    for each in report.opening:
        yield from paragraphs(each)
    marks = Marks()
    yield from outline(report.outline, marks)
    yield words("Body", sentence(line(report.closing, 1000), END), KEPT)
    yield frame.foot(report)
    yield from frame.annexes(report, "Báo cáo", marks)


def _letter(letter: Letter) -> Iterator[str]:
    yield frame.head(letter.head, letter.subject)
    yield frame.addressees(letter.addressees)
    for each in letter.body[:-1]:
        yield from paragraphs(each)
    for each in letter.body[-1:]:
        yield words("Body", sentence(line(each, 2000), END), KEPT)
    yield frame.foot(letter)
    yield from frame.annexes(letter, "Công văn", Marks())
