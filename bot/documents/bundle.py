"""Several files, one directive: pages in the order they were sent, the directive before what is attached to it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bot.documents import intake
from bot.documents.errors import DocumentError, Secret, TooBig
from bot.documents.intake import Text
from bot.documents.ocr import PHOTOS, Scans
from bot.documents.reader import read_text
from bot.documents.reading import Reading
from bot.documents.secrecy import no_secret
from bot.documents.tables import ENDINGS, table_of

Files = Sequence[tuple[Path, str]]
"""Each with what its sender called it, in the order they were sent."""


def read(files: Files, scans: Scans) -> Reading:
    """One reading of them all. Raises Secret if any of them is, else TooBig, else the first DocumentError."""
    found: list[Text] = []
    failed: list[DocumentError] = []
    for path, name in files:
        try:
            found.append(text_of(path, name, scans))
            no_secret(found[-1][0])
        except Secret:
            raise
        except DocumentError as error:
            failed.append(error)
    if failed:
        raise next((error for error in failed if isinstance(error, TooBig)), failed[0])
    notes = dict.fromkeys(note for _, notes in found for note in notes)
    texts = _joined_pages([(text, name) for (text, _), (_, name) in zip(found, files, strict=True)])
    return read_text(in_order(texts), notes=tuple(notes))


def in_order(texts: Sequence[str]) -> str:
    """One text: the first that is a directive by itself, then the others."""
    if len(texts) < 2:
        return "".join(texts)
    first = next((n for n, text in enumerate(texts) if stands_alone(read_text(text))), 0)
    return "\n\n".join([texts[first], *texts[:first], *texts[first + 1 :]])


def stands_alone(reading: Reading) -> bool:
    """Whether it has the head of a document. A number left blank tells a draft only where somebody is asked: forms
    of reports have one too."""
    if reading.number is None:
        return False
    asks = bool(reading.recipients or reading.tasks) and reading.doc_type != "báo cáo"
    return asks or not reading.number.startswith(("/", "-"))


def text_of(path: Path, name: str, scans: Scans) -> Text:
    """Likewise of one, tables included."""
    if name.lower().endswith(ENDINGS):
        return "\n".join(" | ".join(row) for row in table_of(path, name)), []
    return intake.text_of(path, name, scans)


def _joined_pages(texts: Sequence[tuple[str, str]]) -> list[str]:
    """Photos that follow one another are pages of one document."""
    found: list[str] = []
    photo = False
    for text, name in texts:
        if photo and name.lower().endswith(PHOTOS):
            found[-1] += f"\n\n{text}"
        else:
            found.append(text)
        photo = name.lower().endswith(PHOTOS)
    return found
