"""What a chat consists of: people, chats, messages and files, each able to say itself in the Bot API's JSON."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

Json = dict[str, Any]
Now = Callable[[], datetime]


def utf16(text: str) -> int:
    """Length as Telegram counts it."""
    return len(text.encode("utf-16-le")) // 2


class Button(NamedTuple):
    """`value` is the callback data, or the address of a link."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Profile:
    id: int
    first_name: str
    last_name: str | None = None
    username: str | None = None
    is_bot: bool = False

    def names(self) -> Json:
        names = {"first_name": self.first_name, "last_name": self.last_name, "username": self.username}
        return {key: value for key, value in names.items() if value}

    def to_json(self) -> Json:
        language = {} if self.is_bot else {"language_code": "vi"}
        return {"id": self.id, "is_bot": self.is_bot, **self.names(), **language}


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file Telegram holds. `thumb` is the small size of a photo, a file of its own."""

    kind: str
    file_id: str
    unique_id: str
    size: int
    name: str | None = None
    mime: str | None = None
    thumb: Attachment | None = None

    def to_json(self) -> Json | list[Json]:
        if self.kind == "photo":
            return [size.reference(_PIXELS[place]) for place, size in enumerate((self.thumb, self)) if size]
        named = {"file_name": self.name, "mime_type": self.mime} | _TRAITS.get(self.kind, {})
        return self.reference({key: value for key, value in named.items() if value is not None})

    def reference(self, more: Json) -> Json:
        return {"file_id": self.file_id, "file_unique_id": self.unique_id, "file_size": self.size, **more}


_PIXELS: tuple[Json, Json] = ({"width": 90, "height": 60}, {"width": 1280, "height": 853})
_TRAITS: dict[str, Json] = {
    "voice": {"duration": 3, "file_name": None},
    "video": {"duration": 3, "width": 640, "height": 360},
    "sticker": {
        "type": "regular",
        "width": 512,
        "height": 512,
        "is_animated": False,
        "is_video": False,
        "emoji": "👍",
        "file_name": None,
        "mime_type": None,
    },
}


@dataclass(eq=False, slots=True)
class Chat:
    """A private chat (its id is the person's) or a group. `bot_status` is ours in it; None: never met."""

    id: int
    type: str
    person: Profile | None = None
    title: str | None = None
    bot_status: str | None = None
    migrated_to: int | None = None
    messages: list[Message] = field(default_factory=list)
    next_id: int = 1

    def to_json(self) -> Json:
        return {"id": self.id, "type": self.type, **(self.person.names() if self.person else {"title": self.title})}

    def find(self, message_id: int | None) -> Message | None:
        return next((m for m in self.messages if m.message_id == message_id and not m.deleted), None)


@dataclass(eq=False, slots=True)
class Message:
    """One message as both sides see it now; an edit changes it in place. `text` holds a caption too."""

    message_id: int
    chat: Chat
    sender: Profile
    date: datetime
    text: str = ""
    entities: list[Json] = field(default_factory=list)
    file: Attachment | None = None
    markup: Json | None = None
    edit_date: datetime | None = None
    reply_to: Message | None = None
    album: str | None = None
    service: Json = field(default_factory=dict)
    deleted: bool = False

    @property
    def chat_id(self) -> int:
        return self.chat.id

    @property
    def from_bot(self) -> bool:
        return self.sender.is_bot

    @property
    def edited(self) -> bool:
        return self.edit_date is not None

    @property
    def buttons(self) -> list[list[Button]]:
        rows = (self.markup or {}).get("inline_keyboard", [])
        return [[Button(b["text"], b.get("callback_data") or b.get("url", "")) for b in row] for row in rows]

    @property
    def keyboard(self) -> list[list[str]]:
        """The labels of a reply keyboard, such as «Gửi số điện thoại»."""
        rows = (self.markup or {}).get("keyboard", [])
        return [[b if isinstance(b, str) else b["text"] for b in row] for row in rows]

    def to_json(self, *, nested: bool = False) -> Json:
        body: Json = {"message_id": self.message_id, "from": self.sender.to_json(), "chat": self.chat.to_json()}
        body |= {"date": int(self.date.timestamp()), **self._words(), **self._file(), **self.service}
        if self.edit_date:
            body["edit_date"] = int(self.edit_date.timestamp())
        if self.reply_to and not nested:
            body["reply_to_message"] = self.reply_to.to_json(nested=True)
        if self.markup and "inline_keyboard" in self.markup:
            body["reply_markup"] = self.markup
        return body

    def _words(self) -> Json:
        if not self.text:
            return {}
        names = ("caption", "caption_entities") if self.file else ("text", "entities")
        return {names[0]: self.text} | ({names[1]: self.entities} if self.entities else {})

    def _file(self) -> Json:
        album = {"media_group_id": self.album} if self.album else {}
        return ({self.file.kind: self.file.to_json()} if self.file else {}) | album


@dataclass(eq=False, slots=True)
class Press:
    """A pressed button; the spinner turns until it is `answered`."""

    id: str
    message: Message
    data: str
    at: datetime
    answered: bool = False
    answer: str = ""


class Event(NamedTuple):
    """For live pages. `kind`: said, sent, edited, deleted, pressed, answered or typing (then `message` is the last)."""

    kind: str
    message: Message
