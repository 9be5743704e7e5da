"""Long lists a page at a time, so that they can be read on a phone."""

from __future__ import annotations

from bot.messages import Button
from bot.vi.common import row

PAGE = 1600
"""Characters; with its buttons a page is one message everywhere."""
NEXT = "Tiếp"
_ITEM = "- "


def page_of(text: str, number: int) -> tuple[str, int]:
    """That page, or the last one there is, and how many there are. What belongs under a head bears it anew."""
    pages, head, length = [[""]], "", 0
    for line in text.split("\n"):
        item = line.startswith(_ITEM)
        if length + len(line) > PAGE and length:
            pages.append([f"{head} (tiếp)"] if item and head else [])
            length = len(head) if item else 0
        pages[-1].append(line)
        length += len(line) + 1
        head = head if item else line
    found = ["\n".join(page).strip() for page in pages]
    chosen = min(max(number, 1), len(found))
    count = f"\nTrang {chosen}/{len(found)}." if len(found) > 1 else ""
    return found[chosen - 1] + count, len(found)


def more(value: str, number: int, of: int) -> tuple[tuple[Button, ...], ...]:
    """The button for what follows; none on the last page. `value` takes the number of the page."""
    return (row((NEXT, value.format(number + 1))),) if number < of else ()
