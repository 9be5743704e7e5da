"""What the page of phones shows, as JSON. Nothing here changes anything."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from bot.clocks import local
from bot.sandbox.hands import numbered
from bot.sandbox.page_phone import Carried, Phone
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


def shown_phone(number: int, who: Cast, phone: Phone, *, typing: bool) -> Shown:
    return {
        "id": number,
        "name": who.name,
        "title": who.title,
        "shown": who.shown,
        "app": {"key": phone.channel, "name": phone.app},
        "no_files": phone.why_no_files,
        "typing": typing,
        "keyboard": keyboard(phone.user.messages),
        "menu": phone.menu,
        "messages": [_message(phone, place, message) for place, message in phone.shown()],
    }


def keyboard(messages: list[Any]) -> list[str]:
    """The reply keyboard that stands under the input: the last one sent, unless removed since."""
    for message in reversed(messages):
        if message.from_bot and getattr(message, "markup", None) and not message.buttons:
            return [label for row in message.keyboard for label in row]
    return []


def _message(phone: Phone, place: int, message: Any) -> Shown:
    text, typed = phone.typed(message)
    file = phone.carried(message)
    return {
        "id": place,
        "bot": message.from_bot,
        "day": day_words(message.date),
        "time": f"{local(message.date):%H:%M}",
        "text": text or ("Đã chia sẻ số điện thoại" if "contact" in getattr(message, "service", {}) else ""),
        "entities": getattr(message, "entities", []),
        "edited": getattr(message, "edited", False),
        "file": _file(file) if file else None,
        "buttons": [[_button(button) for button in row] for row in message.buttons],
        "typed": {"labels": typed, "numbered": numbered(message.text)},
    }


def _button(button: Any) -> Shown:
    opens = button.value.startswith(("https://", "http://"))
    return {"label": button.label, "url": button.value if opens else None}


def _file(file: Carried) -> Shown:
    picture = file.mime in ("image/jpeg", "image/png")
    return {"name": file.name, "size": _size(file.size) if file.size is not None else "", "picture": picture}


def _size(count: int) -> str:
    if count < 1024:
        return f"{count} byte"
    kilo = count / 1024
    return f"{kilo:.0f} KB" if kilo < 1024 else f"{kilo / 1024:.1f} MB".replace(".", ",")
