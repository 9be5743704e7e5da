"""Make what is to be said fit a channel: split the text, number the choices, link the file. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from bot.channel import Capabilities, Rejected
from bot.messages import Button, Choice, Measure, OutFile, Outgoing
from bot.text import utf16_length

LinkFor = Callable[[OutFile], str]
"""Where a file can be fetched by the person it is meant for."""

_BREAKS = tuple(map(re.compile, (r"\n\s*\n\s*", r"\n\s*", r"(?<=[.!?;…])\s+", r"\s+")))
"""Between paragraphs, lines, sentences, words: a piece is cut only where it would not fit a part by itself."""
_JOINER = "\u200d"
_FLAG_HALVES = "".join(map(chr, range(0x1F1E6, 0x1F200)))


@dataclass(frozen=True, slots=True)
class Fitted:
    """`parts` in sending order. `choices` are the buttons in their order, numbered if a list was appended."""

    parts: tuple[Outgoing, ...]
    choices: tuple[Choice, ...] = ()


def fit(
    message: Outgoing, capabilities: Capabilities, link_for: LinkFor | None = None, *, size: int | None = None
) -> Fitted:
    """The file goes first, under the text as its caption where that fits; the buttons go last, nearest the thumb.

    Where there are no buttons, or too many, the choices are listed: numbered, or as words to type under a question
    that wants words. A file (of `size` bytes) the channel does not carry becomes a link, or a sentence where no link
    can be given. Raises Rejected when nothing is left to say.
    """
    file = message.file if message.file and capabilities.carries(message.file.name, size) else None
    buttons = message.buttons if capabilities.shows(len(list(_flat(message)))) else ()
    blocks = [message.text.strip()]
    if message.file and not file:
        blocks.append(_linked(message.file, link_for))
    if message.buttons and not buttons:
        blocks.append(_listed(message))
    text = "\n\n".join(filter(None, blocks))
    parts = [replace(message, text=each, file=None, buttons=()) for each in split(text, capabilities)]
    parts = _with_file(parts, message, file, capabilities)
    if not parts:
        raise Rejected("nothing to say")
    parts[-1] = replace(parts[-1], buttons=buttons)
    numbered = not buttons and not _in_words(message)
    choices = (Choice(each.label, each.says, place * numbered) for place, each in enumerate(_flat(message), 1))
    return Fitted(tuple(parts), tuple(choices))


def split(text: str, capabilities: Capabilities) -> list[str]:
    """Parts within the channel's limit, none of them blank; together the text, but for white space at the seams."""
    parts, rest = [], text.strip()
    while rest:
        end = _end_of_part(rest, capabilities)
        parts.append(rest[:end].rstrip())
        rest = rest[end:].lstrip()
    return parts


def length(text: str, measure: Measure) -> int:
    """As the channel counts."""
    return utf16_length(text) if measure == "utf-16" else len(text)


def _with_file(
    parts: list[Outgoing], message: Outgoing, file: OutFile | None, capabilities: Capabilities
) -> list[Outgoing]:
    if file is None:
        return parts
    if len(parts) == 1 and length(parts[0].text, capabilities.measure) <= capabilities.caption_limit:
        return [replace(parts[0], file=file)]
    return [replace(message, text="", file=file, buttons=()), *parts]


def _linked(file: OutFile, link_for: LinkFor | None) -> str:
    if link_for is None:
        return f"Tệp «{file.name}»: kênh này chưa gửi được tệp, đề nghị xem trên kênh khác hoặc hỏi cán bộ đầu mối."
    return f"Tệp «{file.name}»: {link_for(file)}"


def _listed(message: Outgoing) -> str:
    labels = [button.label for button in _flat(message)]
    if _in_words(message):
        return f"Gõ: {' / '.join(labels)}"
    return "\n".join(f"{number}. {label}" for number, label in enumerate(labels, 1))


def _in_words(message: Outgoing) -> bool:
    return message.wants_words or message.unasked


def _flat(message: Outgoing) -> Iterator[Button]:
    return (button for row in message.buttons for button in row)


def _end_of_part(text: str, capabilities: Capabilities) -> int:
    """Where the first part of a stripped text ends."""
    limit, measure = capabilities.text_limit, capabilities.measure
    reach = _reach(text, limit, measure)
    if reach == len(text):
        return reach
    for pattern in _BREAKS:
        if (seam := _last_seam(pattern, text, reach)) and length(text[seam[1] : seam[2]], measure) <= limit:
            return seam[0]
    return _whole_characters(text, reach)


def _last_seam(pattern: re.Pattern[str], text: str, reach: int) -> tuple[int, int, int] | None:
    """The last break within reach, as its start and end, and where the piece after it ends."""
    last: tuple[int, int] | None = None
    for found in pattern.finditer(text):
        if found.start() > reach:
            return (*last, found.start()) if last else None
        last = found.span()
    return (*last, len(text)) if last else None


def _reach(text: str, limit: int, measure: Measure) -> int:
    """The most characters, from the first on, that stay within the limit."""
    end = min(limit, len(text))
    while (excess := length(text[:end], measure) - limit) > 0:
        end -= (excess + 1) // 2  # no character counts for more than two
    return end


def _whole_characters(text: str, end: int) -> int:
    """`end`, moved back so that 👍🏽 or a flag stays whole; where one pile of marks fills the part it is cut."""
    start = end
    while start and _inside(text, start):
        start -= 1
    return start or end


def _inside(text: str, index: int) -> bool:
    """Whether what is seen as one character lies on both sides of `index`."""
    if _extends(text[index]) or text[index - 1] == _JOINER:
        return True
    if text[index] not in _FLAG_HALVES:
        return False
    return (index - len(text[:index].rstrip(_FLAG_HALVES))) % 2 == 1


def _extends(char: str) -> bool:
    """Marks, variation selectors, skin tones, joiners and the tags behind a black flag."""
    if unicodedata.category(char) in {"Mn", "Mc", "Me"} or char == _JOINER:
        return True
    return "\U0001f3fb" <= char <= "\U0001f3ff" or "\U000e0020" <= char <= "\U000e007f"
