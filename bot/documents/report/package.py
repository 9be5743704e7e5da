"""The parts of a .docx around its text, and the ZIP they lie in: the same input gives the same bytes."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import IO
from xml.sax.saxutils import escape

from bot.clocks import local
from bot.documents.report.plain import line
from bot.documents.report.styles import styles
from bot.documents.report.wml import NAMESPACES, paragraph

_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPES = (
    f'<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    + "".join(
        f'<Override PartName="/word/{part}.xml" ContentType="{_WORD}.{kind}+xml"/>'
        for part, kind in (
            ("document", "document.main"),
            ("styles", "styles"),
            ("settings", "settings"),
            ("header1", "header"),
            ("header2", "header"),
        )
    )
    + '<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"'
    "/></Types>"
)
_ROOT = (
    f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_RELATED}/officeDocument" Target="word/document.xml"/>'
    f'<Relationship Id="rId2" Type="{_PACKAGE}/relationships/metadata/core-properties" Target="docProps/core.xml"/>'
    "</Relationships>"
)
_PARTS = (
    f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_RELATED}/header" Target="header1.xml"/>'
    f'<Relationship Id="rId2" Type="{_RELATED}/header" Target="header2.xml"/>'
    f'<Relationship Id="rId3" Type="{_RELATED}/styles" Target="styles.xml"/>'
    f'<Relationship Id="rId4" Type="{_RELATED}/settings" Target="settings.xml"/>'
    "</Relationships>"
)
_PAGE = "".join(
    f"<w:r>{part}</w:r>"
    for part in (
        '<w:fldChar w:fldCharType="begin"/>',
        '<w:instrText xml:space="preserve"> PAGE </w:instrText>',
        '<w:fldChar w:fldCharType="separate"/>',
        "<w:t>2</w:t>",
        '<w:fldChar w:fldCharType="end"/>',
    )
)
_SETTINGS = (
    f'<w:settings {NAMESPACES}><w:zoom w:percent="100"/><w:defaultTabStop w:val="720"/>'
    '<w:characterSpacingControl w:val="doNotCompress"/><w:compat>'
    '<w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/>'
    "</w:compat></w:settings>"
)


def entry(name: str, made_at: datetime, method: int = zipfile.ZIP_DEFLATED) -> zipfile.ZipInfo:
    """A member of a ZIP that says nothing of the machine it was made on."""
    when = max(local(made_at).timetuple()[:6], (1980, 1, 1, 0, 0, 0))
    info = zipfile.ZipInfo(name, date_time=when)
    info.compress_type, info.create_system, info.external_attr = method, 3, 0o644 << 16
    return info


def write(out: IO[bytes], text: Iterable[str], *, title: str, author: str, edition: int, made_at: datetime) -> None:
    """A .docx whose body is `text`, pieces of WordprocessingML with the last section's properties at the end."""
    with zipfile.ZipFile(out, "w") as archive:
        for name, part in (
            ("[Content_Types].xml", _TYPES),
            ("_rels/.rels", _ROOT),
            ("docProps/core.xml", _core(title, author, edition, made_at)),
            ("word/_rels/document.xml.rels", _PARTS),
            ("word/styles.xml", styles()),
            ("word/settings.xml", _SETTINGS),
            ("word/header1.xml", f"<w:hdr {NAMESPACES}>{paragraph('PageNumber', _PAGE)}</w:hdr>"),
            ("word/header2.xml", f"<w:hdr {NAMESPACES}>{paragraph('PageNumber')}</w:hdr>"),
        ):
            archive.writestr(entry(name, made_at), _XML + part)
        with archive.open(entry("word/document.xml", made_at), "w") as body:
            body.write(f"{_XML}<w:document {NAMESPACES}><w:body>".encode())
            for piece in text:
                body.write(piece.encode())
            body.write(b"</w:body></w:document>")


def _core(title: str, author: str, edition: int, made_at: datetime) -> str:
    when = f"{made_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    return (
        f'<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{escape(line(title))}</dc:title><dc:creator>{escape(line(author))}</dc:creator>"
        f"<cp:revision>{edition}</cp:revision>"
        f'<dcterms:created xsi:type="dcterms:W3CDTF">{when}</dcterms:created>'
        f'<dcterms:modified xsi:type="dcterms:W3CDTF">{when}</dcterms:modified></cp:coreProperties>'
    )
