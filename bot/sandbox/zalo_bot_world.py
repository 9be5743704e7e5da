"""What this Zalo remembers of one bot: chats, messages, media, what was used of the plan; and whom it tells."""

from __future__ import annotations

import asyncio
import hashlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any, Literal, NamedTuple

from bot.sandbox.telegram_errors import ApiError

Json = dict[str, Any]
Now = Callable[[], datetime]
Kind = Literal["text", "image", "voice", "sticker", "unsupported"]

BOT_ID = "1459232241454765289"
VIETNAM = timezone(timedelta(hours=7))
# Nobody has told what Zalo answers here; these are our guess.
BLOCKED = (403, "Forbidden: bot was blocked by the user")
UNKNOWN = (400, "Bad Request: chat not found")


class Attached(NamedTuple):
    """What a person sent along, as their own phone shows it."""

    name: str


@dataclass(eq=False, slots=True)
class Chat:
    """A private chat (its id is the person's) or a group (`zgr-…`). `met`: somebody has written to the bot here.

    `protected`: the account of a child or another protected person, of whose words the bot learns nothing.
    """

    id: str
    name: str
    group: bool = False
    met: bool = False
    blocked: bool = False
    protected: bool = False
    messages: list[Message] = field(default_factory=list)

    def to_json(self) -> Json:
        return {"chat_type": "GROUP" if self.group else "PRIVATE", "id": self.id}


@dataclass(eq=False, slots=True)
class Message:
    """As both sides see it. There are no buttons, and nothing is ever edited."""

    message_id: str
    chat: Chat
    sender: str
    date: datetime
    text: str = ""
    kind: Kind = "text"
    url: str = ""
    file: Attached | None = None
    from_bot: bool = False
    reply_to: Message | None = None
    buttons: tuple[()] = ()

    @property
    def chat_id(self) -> str:
        return self.chat.id


class Event(NamedTuple):
    """For live pages. `kind`: said or sent."""

    kind: str
    message: Message


@dataclass(slots=True)
class Plan:
    """What the account may use: people, messages a month, and whether those coming in count too."""

    users: int = 50
    messages: int = 3000
    groups: int = 3
    both_ways: bool = False


class World:
    """`hear` is called with every event body; `own` is the address of our server."""

    def __init__(self, now: Now, name: str, plan: Plan, *, media_life: timedelta) -> None:
        self.now, self.name, self.plan, self._media_life = now, name, plan, media_life
        self.chats: dict[str, Chat] = {}
        self.listeners: list[asyncio.Queue[Event]] = []
        self.hear: Callable[[Json, str], None] = lambda body, lane: None
        self.url = ""
        self.photo_field = "photo_url"
        self.echo = False
        self.unsupported: Literal["full", "no sender", "bare"] = "full"
        self.used: Counter[str] = Counter()
        self._media: dict[str, tuple[bytes, datetime]] = {}
        self._count = 0

    def me(self) -> Json:
        """`display_name` is not documented; some have seen it."""
        can = bool(self.plan.groups)
        return {"id": BOT_ID, "account_name": "bot.VDKyGxQvc", "account_type": "BASIC", "can_join_groups": can}

    def new_id(self, length: int = 20) -> str:
        self._count += 1
        return hashlib.sha256(f"zalo {self._count}".encode()).hexdigest()[:length]

    def open_chat(self, chat_id: str) -> Chat:
        """The chat the bot may write to, or a refusal."""
        chat = self.chats.get(chat_id)
        if chat is None or not chat.met:
            raise ApiError(*UNKNOWN)
        if chat.blocked:
            raise ApiError(*BLOCKED)
        users = [each for each in self.chats.values() if each.met and not each.group]
        if chat in users[self.plan.users :] or self.used[self._month()] >= self.plan.messages:
            raise ApiError(429, "Quota exceeded")
        return chat

    def speak(self, chat: Chat, text: str, **more: Any) -> Message:
        """The bot says something."""
        self.used[self._month()] += 1
        message = self._post(Message(self.new_id(), chat, BOT_ID, self.now(), text, from_bot=True, **more))
        if self.echo:
            self._tell_bot(message, {"id": BOT_ID, "is_bot": False, "display_name": self.name})
        return message

    def say(self, chat: Chat, sender: str, name: str, text: str, **more: Any) -> Message:
        """A person says something; the bot hears it, unless a group keeps it from it."""
        chat.met = True
        message = self._post(Message(self.new_id(), chat, sender, self.now(), text, **more))
        if not chat.group or self._meant(message):
            self.used[self._month()] += self.plan.both_ways
            self._tell_bot(message, {"id": sender, "is_bot": False, "display_name": name})
        return message

    def _post(self, message: Message) -> Message:
        message.chat.messages.append(message)
        for listener in self.listeners:
            listener.put_nowait(Event("sent" if message.from_bot else "said", message))
        return message

    def _meant(self, message: Message) -> bool:
        """In groups: it names the bot in its own words, or answers it."""
        return f"@{self.name}" in message.text or bool(message.reply_to and message.reply_to.from_bot)

    def _tell_bot(self, message: Message, sender: Json) -> None:
        kind: Kind = "unsupported" if message.chat.protected and not message.from_bot else message.kind
        body: Json = {"date": int(message.date.timestamp() * 1000), "chat": message.chat.to_json()}
        body |= {"message_id": message.message_id, "from": sender, **self._content(kind, message)}
        event: Json = {"event_name": f"message.{kind}.received", "message": body}
        if kind == "unsupported" and self.unsupported == "no sender":
            event["message"] = {"chat": body["chat"]}
        elif kind == "unsupported" and self.unsupported == "bare":
            del event["message"]
        self.hear(event, message.chat.id)

    def _content(self, kind: Kind, message: Message) -> Json:
        if kind == "text":
            return {"text": message.text}
        if kind == "image":
            caption = {"caption": message.text} if message.text else {}
            return {"message_type": "CHAT_PHOTO", self.photo_field: message.url, **caption}
        if kind == "voice":
            return {"message_type": "CHAT_VOICE", "voice_url": message.url}
        if kind == "sticker":
            return {"sticker": "0e078a2fb66a5f34067b", "url": message.url}
        return {}

    def keep(self, data: bytes, suffix: str) -> str:
        """Where these bytes can be fetched, for a while."""
        path = f"{self.new_id()}{suffix}"
        self._media[path] = data, self.now() + self._media_life
        return f"{self.url}/media/{path}"

    def media(self, path: str) -> bytes | None:
        data, until = self._media.get(path, (b"", self.now()))
        return data if self.now() < until else None

    def _month(self) -> str:
        return f"{self.now().astimezone(VIETNAM):%Y-%m}"
