"""The text of a .docx as its reader sees it: without what is deleted or hidden, with insertions, numbers and boxes."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from typing import Any

from bot.documents.numbering import Numbering
from bot.documents.secrecy import circulation, urgency

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_GONE = {f"{_W}{tag}" for tag in ("del", "moveFrom", "rPr", "pPr", "sdtPr", "tblPr", "trPr", "tcPr")} | {
    f"{_MC}Fallback"  # the same again for an older Word
}
_MARKS = {f"{_W}tab": "\t", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"}
_EDGES = re.compile(r"word/(?:header|footer)\d*\.xml$")
_NOTES = ("word/footnotes.xml", "word/endnotes.xml")


def text_of(archive: zipfile.ZipFile) -> str:
    """Paragraphs, tables and boxes in order, blank lines between; then notes and stamps of page headers.

    Raises ValueError, KeyError or SyntaxError."""
    from docx.oxml import parse_xml  # resolves no entity

    names = set(archive.namelist())
    parts = {name: parse_xml(archive.read(name)) for name in names if name in _WANTED or _EDGES.match(name)}
    body = parts["word/document.xml"].find(f"{_W}body")
    if body is None:
        raise ValueError("no body")
    numbers = Numbering(parts.get("word/numbering.xml"), parts.get("word/styles.xml"))
    notes = [block for name in _NOTES if name in parts for block in _blocks(parts[name], numbers)]
    edges = _stamps([parts[name] for name in sorted(parts) if _EDGES.match(name)])
    return "\n\n".join([*_blocks(body, numbers), *notes, *edges])


_WANTED = {"word/document.xml", "word/numbering.xml", "word/styles.xml", *_NOTES}


def _letters(element: Any) -> str:
    return "".join(text.text or "" for text in element.iter(f"{_W}t"))


def _stamps(edges: list[Any]) -> list[str]:
    """What stands on every page is read only for its stamps."""
    found = "\n".join(dict.fromkeys(_letters(each) for edge in edges for each in edge.iter(f"{_W}p")))
    return [found] if urgency(found) or circulation(found) else []


def _blocks(holder: Any, numbers: Numbering) -> Iterator[str]:
    """Paragraphs and tables in document order; a layout table gives its cells one after the other."""
    for element in holder:
        if element.tag == f"{_W}p":
            yield from _paragraph(element, numbers)
        elif element.tag == f"{_W}tbl":
            yield from _table(element, numbers)
        elif element.tag not in _GONE:
            yield from _blocks(element, numbers)


def _paragraph(element: Any, numbers: Numbering) -> Iterator[str]:
    words = "".join(_words(element))
    if words.strip():
        yield numbers.of(element) + words
    for box in _boxes(element):
        yield from _blocks(box, numbers)


def _words(element: Any) -> Iterator[str]:
    for child in element:
        if child.tag == f"{_W}t":
            yield child.text or ""
        elif child.tag in _MARKS:
            yield _MARKS[child.tag]
        elif child.tag not in _GONE and child.tag != f"{_W}txbxContent" and not _hidden(child):
            yield from _words(child)


def _hidden(element: Any) -> bool:
    """A run that Word neither shows nor prints."""
    mark = element.find(f"{_W}rPr/{_W}vanish") if element.tag == f"{_W}r" else None
    return mark is not None and mark.get(f"{_W}val") not in {"0", "false", "off"}


def _boxes(element: Any) -> Iterator[Any]:
    """Text boxes anchored in a paragraph, not those inside them."""
    for child in element:
        if child.tag == f"{_W}txbxContent":
            yield child
        elif child.tag not in _GONE:
            yield from _boxes(child)


def _table(element: Any, numbers: Numbering) -> Iterator[str]:
    rows = [[list(_blocks(cell, numbers)) for cell in _inside(row, "tc")] for row in _inside(element, "tr")]
    if max((sum(map(bool, row)) for row in rows), default=0) <= 2:
        yield from ("\n".join(cell) for row in rows for cell in row if cell)
        return
    yield "\n".join(" | ".join(" ".join(" ".join(cell).split()) for cell in row) for row in rows)


def _inside(element: Any, tag: str) -> Iterator[Any]:
    """Rows of a table or cells of a row, also those of content controls; a row that was deleted is none."""
    for child in element:
        if child.tag == f"{_W}{tag}":
            if child.find(f"{_W}trPr/{_W}del") is None:
                yield child
        elif child.tag not in _GONE and child.tag != f"{_W}tbl":
            yield from _inside(child, tag)
