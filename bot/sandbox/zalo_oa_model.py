"""What a chat with an Official Account consists of, as both sides see it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

Json = dict[str, Any]
Now = Callable[[], datetime]

FREE, PAID = timedelta(hours=48), timedelta(days=7)


class Button(NamedTuple):
    """`value` is what pressing it says, or the address it opens; `kind` such as oa.query.hide."""

    label: str
    value: str
    kind: str = "oa.query.hide"


@dataclass(frozen=True, slots=True)
class File:
    """`kind` as in an attachment: image, gif, file, audio, video, sticker."""

    kind: str
    name: str
    data: bytes


@dataclass(eq=False, slots=True)
class Message:
    message_id: str
    chat_id: str
    from_bot: bool
    date: datetime
    text: str = ""
    buttons: list[list[Button]] = field(default_factory=list)
    file: File | None = None
    quotes: str | None = None
    wants_info: bool = False
    shape: str = ""
    charged: bool = False
    hidden: bool = False
    edited: bool = False
    deleted: bool = False


@dataclass(eq=False, slots=True)
class Person:
    """One account. `id` is theirs towards the OA, `by_app` towards the app. `left`: unfollowed."""

    id: str
    by_app: str
    name: str
    follows: bool = False
    left: bool = False
    banned: bool = False
    restricted: bool = False
    online: bool = True
    turned_to_us: datetime | None = None
    free_replies: int = 0
    shared: Json = field(default_factory=dict)
    messages: list[Message] = field(default_factory=list)


class Event(NamedTuple):
    """For live pages. `kind`: said, sent or pressed."""

    kind: str
    message: Message
