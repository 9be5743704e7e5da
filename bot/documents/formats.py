"""Text of the formats Word did not make, or made long ago: for their stamps, and to be read where that is possible."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

_ODF_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_RTF = re.compile(
    r"\\(?P<word>[a-z]{1,32})(?P<number>-?\d{1,10})? ?|\\'(?P<byte>[0-9a-fA-F]{2})|\\(?P<symbol>[^a-z'])"
    r"|(?P<brace>[{}])|(?P<text>[^\\{}\r\n]+)"
)
_ASIDE = {"fonttbl", "colortbl", "stylesheet", "info", "pict", "generator", "themedata", "datastore", "listtable"}
_BREAKS = {"par": "\n", "line": "\n", "cell": "\n", "row": "\n", "sect": "\n", "page": "\n", "tab": "\t"}
_WIDE = re.compile(rb"(?:[\x20-\xff]\x00|[\x00-\xff][\x01\x1e\x20]){3,}")


_WHOLE = {"p", "h", "si", "is", "text"}
"""Of one paragraph, cell or comment: a program may cut its words anywhere."""
_SAID = {"sheet": "name", "textpath": "string"}
"""What stands in an attribute: the name of a sheet, a word across the page."""
_CODES = re.compile(r'&(?:"[^"]*"|\d+|K\w{6}|[A-Z&])')


def everywhere(archive: zipfile.ZipFile) -> str:
    """All words of an office file, whatever part they stand in: comments, page headers, titles, names of sheets. For
    their stamps. Raises what a broken archive raises."""
    from docx.oxml import parse_xml  # resolves no entity

    found: list[str] = []
    for name in archive.namelist():
        if name.endswith(".xml"):
            with suppress(SyntaxError):  # who needs this part finds it broken
                root = parse_xml(archive.read(name))
                found += filter(None, _lines(root))
                found += (each.get(said, "") for tag, said in _SAID.items() for each in root.iter(f"{{*}}{tag}"))
    return "\n".join(found)


def _lines(element: Any) -> Iterator[str]:
    tag = str(element.tag).rpartition("}")[2]
    if tag in _WHOLE:
        yield from (_joined(each) for each in element.iter(element.tag, "{*}p"))
        return
    yield _CODES.sub("\n", element.text or "")
    for child in element:
        yield from _lines(child)


def _joined(element: Any) -> str:
    words = []
    for each in element.iter("{*}*"):
        tag, odf = each.tag.rpartition("}")[2], each.tag.startswith(_ODF_TEXT)
        words.append("\t" if tag in _GAPS else each.text if tag == "t" or odf else "")
        words.append(each.tail if odf and each is not element else "")
    return "".join(filter(None, words))


_GAPS = {"tab", "br", "cr", "line-break"}


def odt(archive: zipfile.ZipFile) -> str:
    """Paragraphs and headings, page headers and footers first. Raises ValueError, KeyError or SyntaxError."""
    from docx.oxml import parse_xml  # resolves no entity

    lines = []
    for part in ("styles.xml", "content.xml"):
        if part in archive.namelist():
            for found in parse_xml(archive.read(part)).iter(f"{_ODF_TEXT}p", f"{_ODF_TEXT}h"):
                lines.append("".join(found.itertext()))
    return "\n".join(lines)


def rtf(path: Path) -> str:
    """What would be printed; groups that hold fonts, styles and pictures left out."""
    out: list[str] = []
    quiet, depth, skip = 0, 0, 0
    for found in _RTF.finditer(path.read_bytes().decode("cp1252", "replace")):
        word, text = found["word"], found["text"]
        if found["brace"]:
            depth += 1 if found["brace"] == "{" else -1
            quiet = 0 if depth < quiet else quiet
        elif not quiet and (word in _ASIDE or found["symbol"] == "*"):
            quiet = depth
        elif quiet:
            continue
        elif word == "u":
            out.append(chr(int(found["number"] or 0) % 65536))
            skip = 1  # the letter that follows stands in for it
        elif word:
            out.append(_BREAKS.get(word, ""))
        elif skip and (found["byte"] or text):
            out.append((text or "")[1:])
            skip = 0
        elif found["byte"]:
            out.append(bytes.fromhex(found["byte"]).decode("cp1258", "replace"))
        else:
            out.append(text or (found["symbol"] if found["symbol"] in "\\{}" else ""))
    return "".join(out)


def old_office(path: Path) -> str:
    """The runs of wide letters of a .doc, .xls or .ppt, which is how they keep Vietnamese; enough to see a stamp."""
    data = path.read_bytes()
    runs = [found[0].decode("utf-16-le", "ignore") for found in _WIDE.finditer(data)]
    runs += [found[0].decode("utf-16-le", "ignore") for found in _WIDE.finditer(data[1:])]
    return "\n".join(runs).replace("\r", "\n").replace("\x07", "\n")
