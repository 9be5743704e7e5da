"""What Zalo tells of an Official Account, as the rooms behind understand it. Pure: works on the event as a plain dict.

Shapes: https://developers.zalo.me/docs/official-account/webhook (2026).
"""

from __future__ import annotations

import hashlib
import json
import re
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from bot.messages import NOBODY, Address, FileKind, Incoming, InFile, Notice, NoticeKind
from bot.text import clean, one_line

NAME = "zalo_oa"
MD5 = "#md5="
"""Stands between a file's address and its checksum in `InFile.ref`."""

Json = dict[str, Any]

_GROUP = "user_send_group_"
_FILES: dict[str, tuple[FileKind, str, str]] = {
    "file": (FileKind.DOCUMENT, "tep", ""),
    "image": (FileKind.PHOTO, "anh", ".jpg"),
    "gif": (FileKind.VIDEO, "anh-dong", ".gif"),
    "audio": (FileKind.VOICE, "ghi-am", ".aac"),
    "video": (FileKind.VIDEO, "video", ".mp4"),
    "sticker": (FileKind.STICKER, "nhan-dan", ".png"),
}


def read(payload: Json, received_at: datetime) -> Incoming | Notice:
    """An event as an Incoming or a Notice."""
    event = name_of(payload)
    at = moment(payload) or received_at
    if is_said(payload):
        return _said(payload, at)
    if event == "user_submit_info":
        return _submitted(payload, at)
    return Notice(_NOTICES.get(event, NoticeKind.IGNORED), address(payload), at)


def key(payload: Json) -> str:
    """Unique for each event, however often it is told; a retry tells the same bytes."""
    event, message_id = name_of(payload), _message(payload).get("msg_id")
    if is_said(payload) and message_id:
        return f"{event}:{address(payload).chat}:{message_id}"[:200]
    canonical = json.dumps(payload, sort_keys=True, ensure_ascii=False)
    return f"{event}:{address(payload).chat}:{hashlib.sha256(canonical.encode()).hexdigest()[:24]}"[:200]


def name_of(payload: Json) -> str:
    return str(payload.get("event_name") or "unknown")[:100]


def is_said(payload: Json) -> bool:
    """Whether a person speaks to us alone."""
    event = name_of(payload)
    return event.startswith("user_send_") and not event.startswith(_GROUP) and bool(_id(payload.get("sender")))


def turns_to_us(payload: Json) -> bool:
    """Whether this lets us speak for a while: they wrote, pressed, followed or filled in a form. Seeing does not."""
    return is_said(payload) or name_of(payload) in ("follow", "user_submit_info")


def is_echo(payload: Json) -> bool:
    """Our own words, or those of an officer at the console."""
    return name_of(payload).startswith("oa_send_")


def receipts(payload: Json) -> tuple[str, ...]:
    """The ids of those messages of ours which reached the phone or were seen."""
    message = _message(payload)
    found = {"user_received_message": [message.get("msg_id")], "user_seen_message": message.get("msg_ids")}
    ids = found.get(name_of(payload)) or []
    return tuple(str(each)[:64] for each in ids if each) if isinstance(ids, list) else ()


def address(payload: Json) -> Address:
    """The person it is about, whoever did it; 0 for what concerns nobody."""
    who = payload.get("recipient") if is_echo(payload) else payload.get("follower") or payload.get("sender")
    return Address(NAME, _id(who) or NOBODY)


def moment(payload: Json) -> datetime | None:
    """By Zalo's clock."""
    try:
        return datetime.fromtimestamp(int(payload["timestamp"]) / 1000, UTC)
    except (KeyError, TypeError, ValueError, OverflowError, OSError):
        return None


def _id(who: Any) -> str:
    return str(who.get("id") or "")[:64] if isinstance(who, dict) else ""


def _message(payload: Json) -> Json:
    message = payload.get("message")
    return message if isinstance(message, dict) else {}


def _said(payload: Json, at: datetime) -> Incoming:
    message, who = _message(payload), address(payload)
    found = message.get("attachments")
    attached = [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []
    message_id = str(message.get("msg_id") or "")
    files = [_file(each, message_id, number) for number, each in enumerate(attached)]
    return Incoming(
        chat=who,
        sender=who,
        sender_name="",
        at=at,
        message_id=message_id[:64],
        text=_text(name_of(payload), message, attached),
        files=tuple(file for file in files if file),
    )


def _text(event: str, message: Json, attached: list[Json]) -> str:
    """A pressed button arrives as the text it is worth; a shared link as its address."""
    text = clean(str(message.get("text") or ""))
    links = [str(_payload(each).get("url") or "") for each in attached] if event == "user_send_link" else []
    return clean("\n".join(filter(None, (text, *(link for link in links if link not in text)))))


def _file(attachment: Json, message_id: str, number: int) -> InFile | None:
    kind, payload = _FILES.get(str(attachment.get("type"))), _payload(attachment)
    url = str(payload.get("url") or "")
    if kind is None or not url:
        return None
    name = (
        one_line(clean(str(payload.get("name") or "")))
        or f"{kind[1]}-{message_id[:8]}{number or ''}{_suffix(url, kind)}"
    )
    size, checksum = str(payload.get("size") or ""), str(payload.get("checksum") or "").lower()
    ref = f"{url}{MD5}{checksum}" if re.fullmatch(r"[0-9a-f]{32}", checksum) else url
    return InFile(ref, name, kind[0], int(size) if size.isdecimal() and len(size) < 16 else None)


def _suffix(url: str, kind: tuple[FileKind, str, str]) -> str:
    try:
        found = PurePosixPath(urlsplit(url).path).suffix.lower()
    except ValueError:
        found = ""
    return found if re.fullmatch(r"\.[a-z0-9]{1,5}", found) else kind[2]


def _payload(attachment: Json) -> Json:
    payload = attachment.get("payload")
    return payload if isinstance(payload, dict) else {}


def _submitted(payload: Json, at: datetime) -> Incoming | Notice:
    """A form they filled in. Its number is what they typed, proven by nobody, so it is no phone of theirs to us."""
    info, who = payload.get("info"), address(payload)
    name = str(info.get("name") or "") if isinstance(info, dict) else ""
    return Incoming(who, who, one_line(clean(name), 200), at, key(payload)[-24:])


_NOTICES: dict[str, NoticeKind] = {
    "follow": NoticeKind.UNBLOCKED,
    "unfollow": NoticeKind.BLOCKED,
    "user_seen_message": NoticeKind.READ,
}
