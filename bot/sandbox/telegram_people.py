"""People with a phone and the groups they meet in: what they do becomes the updates our bot reads."""

from __future__ import annotations

from typing import Any

from bot.sandbox.telegram_html import commands
from bot.sandbox.telegram_model import Chat, Json, Message, Press, Profile, utf16
from bot.sandbox.telegram_updates import CALLBACK_LIFE
from bot.sandbox.telegram_world import World

TEXT_LIMIT = 4096


class Group:
    """A group chat. The bot hears it only once it was added, and all of it only as administrator or without privacy."""

    def __init__(self, world: World, chat: Chat) -> None:
        self._world, self.chat = world, chat

    @property
    def id(self) -> int:
        return self.chat.id

    @property
    def messages(self) -> list[Message]:
        return self.chat.messages

    async def add_bot(self, by: User, *, admin: bool = False) -> None:
        self._world.hear_membership(self.chat, by.profile, "administrator" if admin else "member")

    async def remove_bot(self, by: User) -> None:
        self._world.hear_membership(self.chat, by.profile, "kicked")

    async def upgrade(self, by: User) -> None:
        """The group becomes a supergroup: another id, and a service message on either side."""
        old = self.chat
        new = Chat(-1000000000000 + old.id, "supergroup", title=old.title, bot_status=old.bot_status)
        self._world.chats[new.id] = self.chat = new
        self._announce(old, by, {"migrate_to_chat_id": new.id})
        old.migrated_to = new.id
        self._announce(new, by, {"migrate_from_chat_id": old.id})

    def _announce(self, chat: Chat, by: User, service: Json) -> None:
        self._world.hear(self._world.post(chat, by.profile, service=service))


class User:
    """A person. Everything they do happens in the private chat unless a group is named."""

    def __init__(self, world: World, profile: Profile, chat: Chat) -> None:
        self._world, self.profile, self.chat = world, profile, chat

    @property
    def id(self) -> int:
        return self.profile.id

    @property
    def messages(self) -> list[Message]:
        return self.chat.messages

    def opened(self) -> None:
        """As if Start had been pressed long ago: the bot may write, and hears nothing of it."""
        self.chat.bot_status = "member"

    async def start(self, payload: str = "") -> Message:
        """Opens t.me/<bot>?start=<payload> and presses Start."""
        return await self.say(f"/start {payload}".rstrip())

    async def say(self, text: str, chat: Group | None = None, *, reply_to: Message | None = None) -> Message:
        """A text too long for one message leaves as several, as from a phone; the last is returned."""
        *before, last = _pieces(text)
        for piece in before:
            self._say(chat, piece, entities=commands(piece), reply_to=reply_to)
        return self._say(chat, last, entities=commands(last), reply_to=reply_to)

    async def forward(self, message: Message, chat: Group | None = None) -> Message:
        origin = {"type": "user", "date": int(message.date.timestamp()), "sender_user": message.sender.to_json()}
        words = {"entities": message.entities, "file": message.file}
        return self._say(chat, message.text, service={"forward_origin": origin}, **words)

    async def send_document(
        self,
        name: str,
        data: bytes,
        mime: str | None = None,
        caption: str = "",
        album: str | None = None,
        chat: Group | None = None,
    ) -> Message:
        return self._send("document", data, name, mime, caption, album, chat)

    async def send_photo(
        self, data: bytes, caption: str = "", album: str | None = None, chat: Group | None = None
    ) -> Message:
        return self._send("photo", data, None, None, caption, album, chat)

    async def send_voice(self, data: bytes, caption: str = "") -> Message:
        return self._send("voice", data, None, "audio/ogg", caption)

    async def send_video(
        self, data: bytes, name: str = "video.mp4", caption: str = "", album: str | None = None
    ) -> Message:
        return self._send("video", data, name, "video/mp4", caption, album)

    async def send_sticker(self, data: bytes = b"RIFF\0\0\0\0WEBP") -> Message:
        return self._send("sticker", data, None, None, "")

    async def send_contact(
        self, phone: str, user_id: int | None = None, *, name: str | None = None, reply_to: Message | None = None
    ) -> Message:
        """A card; one's own number, shared by the button of a keyboard, bears one's own `user_id`."""
        card: Json = {"phone_number": phone, "first_name": name or self.profile.first_name}
        card |= {"user_id": user_id} if user_id is not None else {}
        return self._say(None, "", service={"contact": card}, reply_to=reply_to)

    async def edit(self, message: Message, new_text: str) -> None:
        message.text, message.entities, message.edit_date = new_text, commands(new_text), self._world.now()
        self._world.tell("edited", message)
        self._world.hear(message, "edited_message")

    async def react(self, message: Message, emoji: str) -> None:
        """Reaches the bot only if it asked for `message_reaction`."""
        body: Json = {"chat": message.chat.to_json(), "message_id": message.message_id, "user": self.profile.to_json()}
        body |= {"date": int(self._world.now().timestamp()), "old_reaction": []}
        body["new_reaction"] = [{"type": "emoji", "emoji": emoji}]
        self._world.queue.push("message_reaction", body, f"chat:{message.chat_id}")

    async def press(self, message: Message, label: str) -> Press:
        """Presses an inline button by its label, as the message stands now."""
        for button in (button for row in message.buttons for button in row):
            if button.label == label:
                return self._press(message, button.value)
        raise LookupError(f"no button {label!r}, only {[[b.label for b in row] for row in message.buttons]}")

    async def press_data(self, message_id: int, data: str, chat: Group | None = None) -> Press:
        """Presses what an old screen still shows, even if the message has changed since."""
        place = (chat or self).chat
        message = next((m for m in place.messages if m.message_id == message_id), None)
        if message is None:
            raise LookupError(f"no message {message_id}")
        return self._press(message, data)

    async def block(self) -> None:
        self._world.hear_membership(self.chat, self.profile, "kicked")

    async def unblock(self) -> None:
        self._world.hear_membership(self.chat, self.profile, "member")

    def _press(self, message: Message, data: str) -> Press:
        world = self._world
        world.presses = {key: press for key, press in world.presses.items() if press.at + CALLBACK_LIFE >= world.now()}
        press = Press(world.new_press_id(), message, data, world.now())
        world.presses[press.id] = press
        shown = message.to_json()
        if message.deleted:
            shown = {"chat": message.chat.to_json(), "message_id": message.message_id, "date": 0}
        body: Json = {"id": press.id, "from": self.profile.to_json(), "message": shown, "data": data}
        world.tell("pressed", message)
        world.queue.push("callback_query", body | {"chat_instance": str(message.chat_id)}, f"user:{self.id}")
        return press

    def _send(
        self,
        kind: str,
        data: bytes,
        name: str | None,
        mime: str | None,
        caption: str,
        album: str | None = None,
        chat: Group | None = None,
    ) -> Message:
        file = self._world.store(kind, data, name, mime)
        return self._say(chat, caption, file=file, album=album, entities=commands(caption))

    def _say(self, group: Group | None, text: str, **more: Any) -> Message:
        chat = (group or self).chat
        if group is None and chat.bot_status == "kicked":
            raise RuntimeError("who has blocked the bot cannot write to it: unblock first")
        if group is None:
            chat.bot_status = "member"
        message = self._world.post(chat, self.profile, text, **more)
        self._world.hear(message)
        return message


def _pieces(text: str) -> list[str]:
    """Cut as a phone cuts it; a pair of UTF-16 surrogates stays together."""
    pieces, rest = [], text
    while utf16(rest) > TEXT_LIMIT:
        head = rest[:TEXT_LIMIT]
        while utf16(head) > TEXT_LIMIT:
            head = head[: -((utf16(head) - TEXT_LIMIT + 1) // 2)]
        pieces.append(head)
        rest = rest[len(head) :]
    return [*pieces, rest]
