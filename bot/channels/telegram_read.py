"""What Telegram says, as the rooms behind understand it. Pure: works on the update as a plain dict.

Shapes: https://core.telegram.org/bots/api#update (10.0).
"""

from __future__ import annotations

import hashlib
import json
import mimetypes
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from bot.messages import NOBODY, Address, FileKind, Incoming, InFile, Notice, NoticeKind
from bot.text import clean, one_line

NAME = "telegram"
LIKE = "👍"

Json = dict[str, Any]

_AT_COMMAND = re.compile(r"^(/\w+)@(\w+)")
_FILES: tuple[tuple[str, FileKind, str, str], ...] = (
    ("animation", FileKind.VIDEO, "anh-dong", ".mp4"),  # comes with a `document` twin, so it stands before it
    ("document", FileKind.DOCUMENT, "tep", ""),
    ("voice", FileKind.VOICE, "ghi-am", ".ogg"),
    ("audio", FileKind.VOICE, "ghi-am", ".mp3"),
    ("video", FileKind.VIDEO, "video", ".mp4"),
    ("video_note", FileKind.VIDEO, "video", ".mp4"),
    ("sticker", FileKind.STICKER, "nhan-dan", ".webp"),
)
_WORDLESS = {"contact", "location", "venue", "poll", "dice", "game", "story", "paid_media", "checklist"}
_PRESENT = {"member", "administrator", "creator"}


def read(payload: Json, received_at: datetime, username: str | None = None) -> Incoming | Notice:
    """An update as an Incoming or a Notice. A press bears no date and is dated `received_at`.

    `username` is the bot's own: in a group a command for another bot is not ours.
    """
    kind, event = _event(payload)
    reader = _READERS.get(kind)
    reading = reader(event, received_at) if reader else None
    if isinstance(reading, Incoming):
        reading = _addressed(reading, username)
    return reading or Notice(NoticeKind.IGNORED, _chat(kind, event), _at(event, received_at))


def key(payload: Json) -> str:
    """Unique for each event, however often and by whichever road it comes.

    The update_id is no part of it: it restarts at random after a quiet week. The date is, as a new bot counts its
    messages from 1 in the same chats.
    """
    kind, event = _event(payload)
    chat = _chat(kind, event).chat
    if kind == "message":
        return f"{kind}:{chat}:{event.get('message_id')}:{event.get('date')}"
    if kind == "callback_query":
        return f"{kind}:{chat}:{event.get('id')}"
    canonical = json.dumps(event, sort_keys=True, ensure_ascii=False)
    digest = hashlib.sha256(canonical.encode()).hexdigest()[:24]
    return f"{kind}:{chat}:{event.get('message_id', '')}:{event.get('edit_date', '')}:{digest}"


def lane(payload: Json) -> str:
    return str(_chat(*_event(payload)))


def _event(payload: Json) -> tuple[str, Json]:
    """The one field beside the update_id: its name and its content."""
    for kind, event in payload.items():
        if isinstance(event, dict):
            return kind, event
    return "unknown", payload


def _chat(kind: str, event: Json) -> Address:
    """Where it happened; what happened in no chat belongs to its sender's."""
    message = _part(event, "message") if kind == "callback_query" else event
    chat = _part(message, "chat") or _part(event, "from") or _part(event, "user")
    return _address(chat.get("id"))


def _part(event: Json, name: str) -> Json:
    found = event.get(name)
    return found if isinstance(found, dict) else {}


def _address(number: Any) -> Address:
    """Ids have up to 52 bits."""
    return Address(NAME, str(number) if isinstance(number, int) and abs(number) < 1 << 60 else NOBODY)


def _at(event: Json, received_at: datetime) -> datetime:
    seconds = event.get("edit_date") or event.get("date")
    return datetime.fromtimestamp(seconds, UTC) if seconds else received_at


def _name(user: Json) -> str:
    return one_line(clean(f"{user.get('first_name', '')} {user.get('last_name', '')}"))


def _message(message: Json, received_at: datetime) -> Incoming | Notice | None:
    if moved := message.get("migrate_to_chat_id"):
        chat = _chat("message", message)
        return Notice(NoticeKind.MOVED, chat, _at(message, received_at), moved_to=_address(moved))
    sender = message.get("from")
    if not sender or sender.get("is_bot"):
        return None
    text, files = clean(message.get("text") or message.get("caption") or ""), _files(message)
    if not text and not files and not message.keys() & _WORDLESS:
        return None
    return Incoming(
        chat=_chat("message", message),
        sender=_address(sender["id"]),
        sender_name=_name(sender),
        at=_at(message, received_at),
        message_id=str(message["message_id"]),
        text=text,
        files=files,
        album=message.get("media_group_id"),
        edited="edit_date" in message,
        phone=_own_phone(message),
        quoted=_quoted(message),
    )


def _quoted(message: Json) -> str:
    said: Json = message.get("reply_to_message") or {}
    words = (said.get("text"), said.get("caption"), (message.get("quote") or {}).get("text"))
    return clean("\n".join(each for each in words if each))


def _files(message: Json) -> tuple[InFile, ...]:
    number = message.get("message_id", 0)
    if sizes := message.get("photo"):
        largest = max(sizes, key=lambda size: size.get("width", 0) * size.get("height", 0))
        name = f"anh-{number}.jpg"
        return (InFile(largest["file_id"], name, FileKind.PHOTO, largest.get("file_size"), "image/jpeg"),)
    for field, kind, stem, suffix in _FILES:
        if found := message.get(field):
            mime = found.get("mime_type")
            name = one_line(clean(found.get("file_name") or "")) or f"{stem}-{number}{_suffix(mime) or suffix}"
            return (InFile(found["file_id"], name, kind, found.get("file_size"), mime),)
    return ()


def _suffix(mime: str | None) -> str | None:
    # Python knows audio/ogg by another name than Telegram's voices bear.
    return ".ogg" if mime == "audio/ogg" else mimetypes.guess_extension(mime or "")


def _own_phone(message: Json) -> str | None:
    """The sender's number as dialled in Vietnam. A card of somebody else's proves nothing."""
    contact, sender = message.get("contact") or {}, message.get("from") or {}
    digits = re.sub(r"\D", "", contact.get("phone_number") or "")
    if not digits or contact.get("user_id") != sender.get("id"):
        return None
    if digits.startswith("0"):
        return digits
    return f"0{digits[2:]}" if digits.startswith("84") else f"+{digits}"


def _press(query: Json, received_at: datetime) -> Incoming | None:
    message, sender = query.get("message"), query["from"]
    if not message or not query.get("data"):
        return None
    return Incoming(
        chat=_address(message["chat"]["id"]),
        sender=_address(sender["id"]),
        sender_name=_name(sender),
        at=received_at,
        message_id=str(query["id"]),
        text=clean(query["data"]),
        pressed_on=str(message["message_id"]),
    )


def _reaction(event: Json, received_at: datetime) -> Incoming | None:
    """A thumb put up is as good as the word; taking it down, and any other sign, says nothing."""
    sender = event.get("user")
    if not sender or sender.get("is_bot") or not _liked(event, "new_reaction") or _liked(event, "old_reaction"):
        return None
    return Incoming(
        chat=_address(event["chat"]["id"]),
        sender=_address(sender["id"]),
        sender_name=_name(sender),
        at=_at(event, received_at),
        message_id=str(event["message_id"]),
        text=LIKE,
        pressed_on=str(event["message_id"]),
    )


def _liked(event: Json, field: str) -> bool:
    return any(reaction.get("emoji") == LIKE for reaction in event.get(field) or ())


def _membership(event: Json, received_at: datetime) -> Notice | None:
    was, now = _is_in(event.get("old_chat_member")), _is_in(event.get("new_chat_member"))
    if was == now:
        return None
    private = event["chat"].get("type") == "private"
    came, went = (NoticeKind.UNBLOCKED, NoticeKind.BLOCKED) if private else (NoticeKind.JOINED, NoticeKind.LEFT)
    return Notice(came if now else went, _address(event["chat"]["id"]), _at(event, received_at))


def _is_in(member: Json | None) -> bool:
    return member is not None and (member.get("status") in _PRESENT or bool(member.get("is_member")))


def _addressed(incoming: Incoming, username: str | None) -> Incoming | None:
    """`/missing@nhacviec_bot` is `/missing` to us, and nothing when it names another bot."""
    match = _AT_COMMAND.match(incoming.text)
    if not match:
        return incoming
    if username and match[2].casefold() != username.casefold():
        return None
    return replace(incoming, text=match[1] + incoming.text[match.end() :])


_READERS: dict[str, Callable[[Json, datetime], Incoming | Notice | None]] = {
    "message": _message,
    "edited_message": _message,
    "callback_query": _press,
    "message_reaction": _reaction,
    "my_chat_member": _membership,
}
