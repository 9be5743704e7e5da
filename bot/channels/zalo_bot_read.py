"""What the Zalo Bot Platform says, as the rooms behind understand it. Pure: works on the body as a plain dict.

The docs show an update inside `{"ok", "result"}`, the calls that come are flat: both are read.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from bot.messages import NOBODY, Address, FileKind, Incoming, InFile, Notice, NoticeKind
from bot.text import clean, one_line

NAME = "zalo_bot"
UNSUPPORTED = "message.unsupported.received"

Json = dict[str, Any]

_MESSAGE = re.compile(r"message\.\w+\.received")
_PHOTOS = {".jpg", ".jpeg", ".png"}
_MOST = 200
"""Characters of a key."""


def read(payload: Json, received_at: datetime, bot_id: str = "") -> Incoming | Notice:
    """An update as an Incoming or a Notice; `bot_id` is our own, whose messages come back as echoes.

    Something a person sent that Zalo keeps from bots is a file of kind UNSEEN: all that is known is that it came.
    """
    event, message = _event(payload)
    where, sender = _chat(message), _sender(message)
    at = _at(message, received_at)
    text, files = clean(_text(message, "text") or _text(message, "caption")), _files(event, message)
    if not sender or not (text or files) or _ours(message, bot_id):
        return Notice(NoticeKind.IGNORED, where, at)
    return Incoming(
        chat=where,
        sender=Address(NAME, sender),
        sender_name=one_line(clean(_text(_part(message, "from"), "display_name"))),
        at=at,
        message_id=_text(message, "message_id"),
        text=text,
        files=files,
        called=_in_group(message),  # of a group we hear nothing but what is meant for us
    )


def key(payload: Json) -> str | None:
    """Unique for each event, however often it comes; None for what bears no id, of which one is like the next."""
    event, message = _event(payload)
    if not _text(message, "message_id"):
        return None
    found = f"{event}:{_chat(message).chat}:{_text(message, 'message_id')}"
    return found if len(found) <= _MOST else hashlib.sha256(found.encode()).hexdigest()


def lane(payload: Json) -> str:
    return str(_chat(_event(payload)[1]))


def nobody(payload: Json) -> bool:
    """Whether it tells neither a sender nor a chat, so that nobody can be answered."""
    return _chat(_event(payload)[1]).chat == NOBODY


def _event(payload: Json) -> tuple[str, Json]:
    inner = payload.get("result")
    update = inner if isinstance(inner, dict) else payload
    return _text(update, "event_name"), _part(update, "message")


def _part(body: Json, name: str) -> Json:
    found = body.get(name)
    return found if isinstance(found, dict) else {}


def _text(body: Json, name: str) -> str:
    found = body.get(name)
    return str(found) if isinstance(found, str | int) else ""


def _in_group(message: Json) -> bool:
    return _text(_part(message, "chat"), "chat_type") == "GROUP"


def _sender(message: Json) -> str:
    """Who sent it; a private chat bears the id of its person, also where the sender is left out."""
    alone = "" if _in_group(message) else _id(message, "chat")
    return _id(message, "from") or alone


def _chat(message: Json) -> Address:
    return Address(NAME, _id(message, "chat") or _sender(message) or NOBODY)


def _id(message: Json, whose: str) -> str:
    return _text(_part(message, whose), "id")[:64]


def _ours(message: Json, bot_id: str) -> bool:
    sender = _part(message, "from")
    return bool(sender.get("is_bot")) or bool(bot_id and _text(sender, "id") == bot_id)


def _at(message: Json, received_at: datetime) -> datetime:
    """Its date is in milliseconds."""
    date = message.get("date")
    try:
        return datetime.fromtimestamp(date / 1000, UTC) if isinstance(date, int | float) and date > 0 else received_at
    except (ValueError, OverflowError, OSError):
        return received_at


def _files(event: str, message: Json) -> tuple[InFile, ...]:
    name = _text(message, "message_id") or "0"
    if find := _FILES.get(event):
        return (find(message, name),)
    known = event == "message.text.received" or not _MESSAGE.fullmatch(event)
    return () if known else (InFile("", "", FileKind.UNSEEN),)


def _photo(message: Json, name: str) -> InFile:
    """The docs call it `photo`, the wire `photo_url`."""
    url = _text(message, "photo_url") or _text(message, "photo")
    suffix = PurePosixPath(urlsplit(url).path).suffix.lower()
    suffix = suffix if suffix in _PHOTOS else ".jpg"
    mime = "image/png" if suffix == ".png" else "image/jpeg"
    return InFile(url, f"anh-{name}{suffix}", FileKind.PHOTO, None, mime)


def _voice(message: Json, name: str) -> InFile:
    return InFile(_text(message, "voice_url"), f"ghi-am-{name}.aac", FileKind.VOICE, None, "audio/aac")


def _sticker(message: Json, name: str) -> InFile:
    return InFile(_text(message, "sticker"), f"nhan-dan-{name}.webp", FileKind.STICKER)


_FILES: dict[str, Callable[[Json, str], InFile]] = {
    "message.image.received": _photo,
    "message.voice.received": _voice,
    "message.sticker.received": _sticker,
}
