"""What the page of phones shows, as JSON. Nothing here changes anything."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from bot.clocks import local
from bot.sandbox.telegram_model import Attachment, Json, Message
from bot.vi.common import WEEKDAYS, full_day

Shown = dict[str, Any]


class Cast(NamedTuple):
    """A person with a phone. `name` as in `stage.phone(name)`; `shown`: on the page from the beginning."""

    name: str
    title: str
    shown: bool = True


def clock_words(moment: datetime) -> str:
    return f"{day_words(moment)} {local(moment):%H:%M}"


def day_words(moment: datetime) -> str:
    return f"{WEEKDAYS[local(moment).weekday()]} {full_day(moment)}"


def shown_messages(messages: Iterable[Message]) -> list[Shown]:
    return [_message(message) for message in messages if not message.deleted]


def keyboard(messages: list[Message]) -> list[str]:
    """The reply keyboard that stands under the input: the last one sent, unless removed since."""
    for message in reversed(messages):
        if message.from_bot and message.markup and not message.buttons:
            return [label for row in message.keyboard for label in row]
    return []


def _message(message: Message) -> Shown:
    return {
        "id": message.message_id,
        "bot": message.from_bot,
        "day": day_words(message.date),
        "time": f"{local(message.date):%H:%M}",
        "text": message.text or ("Đã chia sẻ số điện thoại" if "contact" in message.service else ""),
        "entities": message.entities,
        "edited": message.edited,
        "file": _file(message.file) if message.file else None,
        "buttons": [[_button(button) for button in row] for row in (message.markup or {}).get("inline_keyboard", [])],
    }


def _button(button: Json) -> Shown:
    return {"label": button["text"], "data": button.get("callback_data"), "url": button.get("url")}


def _file(file: Attachment) -> Shown:
    picture = file.kind == "photo" or (file.mime or "") in ("image/jpeg", "image/png")
    return {"name": file_name(file), "size": _size(file.size), "picture": picture}


def file_name(file: Attachment) -> str:
    return file.name or {"photo": "Ảnh.jpg", "voice": "Ghi âm.oga"}.get(file.kind, "Tệp")


def _size(count: int) -> str:
    if count < 1024:
        return f"{count} byte"
    kilo = count / 1024
    return f"{kilo:.0f} KB" if kilo < 1024 else f"{kilo / 1024:.1f} MB".replace(".", ",")
