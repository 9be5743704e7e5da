"""The numbered items of a body, and the paragraphs round them. Skipped or repeated numbers are nobody's business."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from bot.documents.layout import MARKER, paragraphs
from bot.documents.offices import START
from bot.documents.reading import Span

_CLOSING = re.compile(
    rf"(?:Yêu cầu|Đề nghị|Kính đề nghị|Giao|Căn cứ|Trên đây|Nhận được|Trong quá trình|Vậy|Đây là"
    rf"|Trên cơ sở|Mọi|Quá trình|Ý kiến|Văn bản|Các báo cáo|Báo cáo|Kết quả|Thời (?:gian"
    rf"|hạn)(?![^.\n]{{0,30}}:)|Hạn|Chế độ báo cáo"
    rf"|Sau khi|Định kỳ|Hồ sơ|Số liệu|Hằng|Hàng|Các nội dung)\b"
    rf"|{START}[^.;]{{0,200}}?\b(?:đề nghị|yêu cầu|giao)\b"
)
_AIMS = re.compile(
    r"(?:VỀ\s+)?(?:MỤC (?:ĐÍCH|TIÊU)|YÊU CẦU|QUAN ĐIỂM|CĂN CỨ|ĐỐI TƯỢNG|PHẠM VI|THỰC TRẠNG|TÌNH HÌNH"
    r"|ĐÁNH GIÁ|KẾT QUẢ|THÀNH PHẦN)\b",
    re.IGNORECASE,
)
"""Sections that say why and about what: nothing in them is a task."""
_ENDED = re.compile(r"[.;…]\W*$")


@dataclass(slots=True)
class Item:
    """`no` as printed; `span` without its marker, sub-items included; `head` is what stands before these."""

    no: str
    span: Span
    head: Span
    subs: list[Item] = field(default_factory=list)

    def grow(self, end: int) -> None:
        self.span = (self.span[0], end)
        if not self.subs:
            self.head = self.span


@dataclass(slots=True)
class Outline:
    """A body: paragraphs before the first item, the items, paragraphs after the last one, and those that stand right
    under the heading of a section."""

    lead: list[Span]
    items: list[Item]
    closing: list[Span]
    loose: list[Span] = field(default_factory=list)


def outline(text: str, body: Span) -> Outline:
    """The body taken apart."""
    found, idle, headed = Outline([], [], []), False, False
    for start, end in paragraphs(text, body):
        marker = MARKER.match(text, start, end)
        kind = marker.lastgroup if marker else None
        if idle and kind != "roman":
            continue
        if headed and found.items and not kind:
            found.loose.append((start, end))
            continue
        headed = kind == "roman"
        if (
            marker
            and kind in ("item", "deep", "paren", "letter", "bullet")
            and (found.items or kind in ("item", "deep"))
        ):
            _add(found, marker, kind, (marker.end(), end))
        elif kind == "roman":
            found.loose += found.closing
            found.closing.clear()
            idle = bool(_AIMS.match(text, marker.end() if marker else start, end))
        else:
            _add_plain(found, text, (start, end))
    return found


def _add(found: Outline, marker: re.Match[str], kind: str, span: Span) -> None:
    """A new item, or a sub-item of the last one; what seemed to be closing was not."""
    if kind == "item":
        _take_back(found)
        found.items.append(Item(marker["item"], span, span))
        return
    parent = found.items[-1] if found.items else Item("", span, span)
    if kind == "deep":
        found.items.append(Item(marker["deep"], span, span))
        return
    if kind == "bullet" and parent.subs and not parent.subs[-1].no.startswith(f"{parent.no}-"):
        _extend(parent, span[1])
        return
    parent.span = (parent.span[0], span[1])
    parent.subs.append(Item(_sub_no(parent, marker, kind), span, span))


def _sub_no(parent: Item, marker: re.Match[str], kind: str) -> str:
    if kind == "paren":
        return f"{parent.no}({marker['paren']})"
    if kind == "letter":
        return f"{parent.no}{marker['letter']}"
    return f"{parent.no}-{'abcdeghiklmnopqrstuvxy'[len(parent.subs) % 22]}"


def _add_plain(found: Outline, text: str, span: Span) -> None:
    if not found.items:
        found.lead.append(span)
    elif found.closing or (
        _CLOSING.match(text, *span) and _ENDED.search(text[max(0, span[0] - 40) : span[0]].rstrip()[-3:])
    ):
        found.closing.append(span)
    else:
        _extend(found.items[-1], span[1])


def _extend(item: Item, end: int) -> None:
    item.grow(end)
    if item.subs:
        item.subs[-1].grow(end)


def _take_back(found: Outline) -> None:
    """Another item follows: the paragraphs held for closing belong to the item before it."""
    for span in found.closing:
        _extend(found.items[-1], span[1])
    found.closing.clear()
