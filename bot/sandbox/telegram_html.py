"""parse_mode HTML: what remains as text, what becomes an entity, and what Telegram refuses to parse."""

from __future__ import annotations

import re
from html import unescape

from bot.sandbox.telegram_errors import ApiError, bad
from bot.sandbox.telegram_model import Json, utf16

KINDS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "code": "code",
    "pre": "pre",
    "a": "text_link",
    "blockquote": "blockquote",
}
_PIECE = re.compile(r"<(?P<end>/?)(?P<tag>[A-Za-z0-9-]*)(?P<rest>[^<>]*)>|(?P<text>[^<]+)|(?P<open><)")
_HREF = re.compile(r"""href\s*=\s*["']?([^"'\s>]+)""")
_COMMAND = re.compile(r"(?<![\w/])/[A-Za-z0-9_]{1,64}(?:@\w+)?")
_ENTITY = re.compile(r"&(?:lt|gt|amp|quot|#\d+|#x[0-9A-Fa-f]+);")


def parse(markup: str) -> tuple[str, list[Json]]:
    """The plain text and its entities; raises what the Bot API answers."""
    text, entities, opened = "", list[Json](), list[tuple[str, Json]]()
    for piece in _PIECE.finditer(markup):
        tag = piece["tag"]
        if piece["text"]:
            text += _ENTITY.sub(lambda found: unescape(found[0]), piece["text"])
        elif piece["open"]:
            raise _unparsed("Unclosed start tag", markup, piece)
        elif piece["end"]:
            entities += _close(tag, text, opened, markup, piece)
        else:
            opened.append((tag, _open(tag, text, markup, piece)))
    if opened:
        raise bad(f"can't parse entities: Can't find end tag corresponding to start tag \"{opened[-1][0]}\"")
    return text, sorted(entities, key=lambda entity: int(entity["offset"]))


def _open(tag: str, text: str, markup: str, piece: re.Match[str]) -> Json:
    if tag.lower() not in KINDS:
        raise _unparsed(f'Unsupported start tag "{tag}"', markup, piece)
    entity: Json = {"type": KINDS[tag.lower()], "offset": utf16(text)}
    link = _HREF.search(piece["rest"])
    return entity | ({"url": unescape(link[1])} if tag.lower() == "a" and link else {})


def _close(tag: str, text: str, opened: list[tuple[str, Json]], markup: str, piece: re.Match[str]) -> list[Json]:
    if not opened:
        raise _unparsed("Unexpected end tag", markup, piece)
    name, entity = opened.pop()
    if tag.lower() != name.lower():
        raise _unparsed(f'Unmatched end tag, expected "</{name}>", found "</{tag}>"', markup, piece)
    entity["length"] = utf16(text) - entity["offset"]
    return [entity] if entity["length"] else []


def _unparsed(problem: str, markup: str, piece: re.Match[str]) -> ApiError:
    return bad(f"can't parse entities: {problem} at byte offset {len(markup[: piece.start()].encode())}")


def commands(text: str) -> list[Json]:
    """The entities Telegram finds by itself that we read: /commands."""
    return [
        {"type": "bot_command", "offset": utf16(text[: found.start()]), "length": utf16(found[0])}
        for found in _COMMAND.finditer(text)
    ]
