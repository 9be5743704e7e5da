"""A .docx as it prints: each paragraph with what its styles, its own properties and its runs come to."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


@dataclass
class Line:
    """A paragraph as it prints: sizes in points, lengths in twentieths of a point."""

    text: str
    size: float
    bold: bool
    italic: bool
    underlined: bool
    align: str
    first: int
    left: int
    right: int
    before: int
    leading: float
    fonts: frozenset[str]
    colours: frozenset[str]
    ruled: bool
    new_page: bool
    in_table: bool


class Document:
    def __init__(self, data: bytes) -> None:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        self.body = etree.fromstring(parts["word/document.xml"])[0]
        styles = etree.fromstring(parts["word/styles.xml"])
        self.styles = {each.get(f"{W}styleId"): each for each in styles.iter(f"{W}style")}
        self.normal = next(name for name, each in self.styles.items() if each.get(f"{W}default") == "1")
        self.defaults = styles.find(f"{W}docDefaults")
        links = etree.fromstring(parts["word/_rels/document.xml.rels"])
        self.parts = {each.get("Id"): parts.get(f"word/{each.get('Target')}", b"") for each in links}
        self.sections = list(self.body.iter(f"{W}sectPr"))

    def lines(self, element: Any) -> list[Line]:
        return [self._line(each) for each in element.iter(f"{W}p")]

    def top(self) -> Iterator[tuple[str, list[Line], Any]]:
        """Paragraphs and tables in order, then the section that ends there, if one does."""
        for each in self.body:
            if each.tag == f"{W}p":
                yield "p", [self._line(each)], each.find(f"{W}pPr/{W}sectPr")
            elif each.tag == f"{W}tbl":
                yield "tbl", self.lines(each), each

    def header(self, section: Any, kind: str) -> Any:
        relation = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
        found = [e.get(relation) for e in section.iter(f"{W}headerReference") if e.get(f"{W}type") == kind]
        return etree.fromstring(self.parts[found[0]]) if found and self.parts.get(found[0]) else None

    def _line(self, paragraph: Any) -> Line:
        chain = self._chain(paragraph)
        runs = [run for run in paragraph.iter(f"{W}r") if "".join(run.itertext()).strip()]
        seen = [[*([run.find(f"{W}rPr")] if run.find(f"{W}rPr") is not None else []), *chain["rPr"]] for run in runs]
        seen = seen or [chain["rPr"]]
        spacing = {key: _first(chain["pPr"], "spacing", key) for key in ("before", "line", "lineRule")}
        indents = {key: _first(chain["pPr"], "ind", key) for key in ("firstLine", "left", "right")}
        fonts = {_first(each, "rFonts", kind) for each in seen for kind in ("ascii", "hAnsi", "cs", "eastAsia")}
        border = [each for each in chain["pPr"] if each.find(f"{W}pBdr") is not None]
        exact = spacing["lineRule"] in {"exact", "atLeast"}
        return Line(
            "".join(_text(each) for each in paragraph.iter(f"{W}t", f"{W}br")),
            max(int(_first(each, "sz", "val") or 20) / 2 for each in seen),
            all(_on(each, "b") for each in seen),
            all(_on(each, "i") for each in seen),
            any(_first(each, "u", "val") not in {None, "none"} for each in seen),
            _first(chain["pPr"], "jc", "val") or "left",
            int(indents["firstLine"] or 0),
            int(indents["left"] or 0),
            int(indents["right"] or 0),
            int(spacing["before"] or 0),
            int(spacing["line"] or 240) / (280 if exact else 240),
            frozenset(str(each) for each in fonts),
            frozenset(str(_first(each, "color", "val") or "auto") for each in seen),
            bool(border),
            _first(chain["pPr"], "pageBreakBefore", "val") is not None,
            any(each.tag == f"{W}tc" for each in paragraph.iterancestors()),
        )

    def _chain(self, paragraph: Any) -> dict[str, list[Any]]:
        """Properties from the nearest to the farthest: paragraph, its style and what that is based on, defaults."""
        own = paragraph.find(f"{W}pPr")
        found: dict[str, list[Any]] = {"pPr": [own] if own is not None else [], "rPr": []}
        name = _first(found["pPr"], "pStyle", "val") or self.normal
        while name in self.styles:
            for kind in found:
                found[kind] += self.styles[name].findall(f"{W}{kind}")
            based = self.styles[name].find(f"{W}basedOn")
            name = based.get(f"{W}val") if based is not None else None
        for kind in found:
            found[kind] += self.defaults.findall(f"{W}{kind}Default/{W}{kind}")
        return found


def _first(chain: list[Any], tag: str, key: str) -> str | None:
    for each in chain:
        found = each.find(f"{W}{tag}")
        if found is not None and found.get(f"{W}{key}") is not None:
            return str(found.get(f"{W}{key}"))
    return None


def _on(chain: list[Any], tag: str) -> bool:
    for each in chain:
        found = each.find(f"{W}{tag}")
        if found is not None:
            return found.get(f"{W}val") not in {"0", "false"}
    return False


def _text(element: Any) -> str:
    return "\n" if element.tag == f"{W}br" else element.text or ""
