"""What tests of written documents share: payloads, values full of them, and documents read back."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from typing import IO, Any

import openpyxl
from hypothesis import strategies as st
from lxml import etree

from bot.documents.report import (
    State,
)
from tests.layout_read import W

FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
PAYLOADS = (
    "",
    "=1+1",
    "+1",
    "-1+cmd|' /C calc'!A0",
    "@SUM(A1)",
    '=HYPERLINK("http://x","y")',
    "{=1+1}",
    "<script>alert(1)</script>",
    "]]><w:p/>&amp;&#0;",
    "{{ 7*7 }}{% raw %}",
    "${jndi:ldap://x}",
    "a\u202eb\u2066c\u200b",
    "\x00\x01\x0b\x1f\ufffe\uffff\U0001fffe\ud800",
    "_x0000_ _x000D_",
    "&P&N&[Tab]",
    "../../etc/passwd\\..\\CON.txt",
    "e\u0301 Ho\u0061\u0300",
    "dòng\r\nhai\tba\u2028bốn\x85năm",
    "😀" * 50,
)
ANY = st.one_of(st.sampled_from(PAYLOADS), st.text(max_size=60))


def poisoned(value: Any, said: Callable[[], str]) -> Any:
    """The same value with every text in it replaced."""
    if isinstance(value, str) and not isinstance(value, State):
        return said()
    if is_dataclass(value) and hasattr(value, "__iter__"):
        return tuple(poisoned(each, said) for each in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{each.name: poisoned(getattr(value, each.name), said) for each in fields(value)})
    if isinstance(value, tuple):
        return tuple(poisoned(each, said) for each in value)
    return value


def made(write: Callable[[Any, IO[bytes]], None], value: Any) -> bytes:
    out = io.BytesIO()
    write(value, out)
    return out.getvalue()


def body(data: bytes) -> Any:
    return etree.fromstring(zipfile.ZipFile(io.BytesIO(data)).read("word/document.xml"))


def texts(element: Any) -> list[str]:
    return ["".join(each.itertext()) for each in element.iter(f"{W}p")]


def cells(data: bytes) -> dict[str, list[tuple[Any, ...]]]:
    book = openpyxl.load_workbook(io.BytesIO(data))
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets}


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}
