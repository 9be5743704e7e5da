"""What this Telegram remembers: chats, messages, files and pressed buttons; and whom it tells."""

from __future__ import annotations

import asyncio
import mimetypes
from pathlib import PurePath
from typing import Any

from bot.sandbox.telegram_errors import bad, forbidden
from bot.sandbox.telegram_model import Attachment, Chat, Event, Json, Message, Now, Press, Profile
from bot.sandbox.telegram_updates import UpdateQueue


class World:
    def __init__(self, bot: Profile, now: Now, queue: UpdateQueue, *, privacy: bool) -> None:
        self.bot, self.now, self.queue, self.privacy = bot, now, queue, privacy
        self.chats: dict[int, Chat] = {}
        self.presses: dict[str, Press] = {}
        self.files: dict[str, Attachment] = {}
        self.listeners: list[asyncio.Queue[Event]] = []
        self._presses_so_far = 0
        self._bytes: dict[str, bytes] = {}
        self._paths: dict[str, str] = {}

    def tell(self, kind: str, message: Message) -> None:
        for listener in self.listeners:
            listener.put_nowait(Event(kind, message))

    def post(self, chat: Chat, sender: Profile, text: str = "", **more: Any) -> Message:
        """A new message in a chat"""
        message = Message(chat.next_id, chat, sender, self.now(), text, **more)
        chat.next_id += 1
        chat.messages.append(message)
        self.tell("sent" if message.from_bot else "said", message)
        return message

    def new_press_id(self) -> str:
        self._presses_so_far += 1
        return str(4382_0000_0000_0000 + self._presses_so_far)

    def open_chat(self, chat_id: str) -> Chat:
        """The chat the bot may write to, or the refusal Telegram has for it."""
        if not chat_id:
            raise bad("chat_id is empty")
        chat = self.chats.get(int(chat_id)) if chat_id.lstrip("-").isdigit() else None
        if chat is None:
            raise bad("chat not found")
        if chat.migrated_to is not None:
            raise bad("group chat was upgraded to a supergroup chat", migrate_to_chat_id=chat.migrated_to)
        self._refuse_where_unwelcome(chat)
        return chat

    def _refuse_where_unwelcome(self, chat: Chat) -> None:
        if chat.bot_status in ("member", "administrator"):
            return
        if chat.bot_status is None:
            raise forbidden("bot can't initiate conversation with a user")
        if chat.type == "private":
            raise forbidden("bot was blocked by the user")
        what = "was kicked from" if chat.bot_status == "kicked" else "is not a member of"
        raise forbidden(f"bot {what} the {chat.type} chat")

    def store(self, kind: str, data: bytes, name: str | None, mime: str | None) -> Attachment:
        thumb = self._keep("photo", b"(the small size)", None, None, None) if kind == "photo" else None
        return self._keep(kind, data, name, mime or (mimetypes.guess_type(name)[0] if name else None), thumb)

    def _keep(self, kind: str, data: bytes, name: str | None, mime: str | None, thumb: Attachment | None) -> Attachment:
        number = len(self.files) + 1
        file = Attachment(kind, f"BQACAgUAAxkBAAI{number:06}", f"AgAD{number:06}", len(data), name, mime, thumb)
        self.files[file.file_id], self._bytes[file.file_id] = file, data
        return file

    def file_bytes(self, file_id: str) -> bytes:
        return self._bytes[file_id]

    def path_of(self, file: Attachment) -> str:
        """Where the file can be fetched: like Telegram's, a path that has lost the name."""
        path = f"{file.kind}s/file_{int(file.file_id[-6:])}{_suffix(file)}"
        self._paths[path] = file.file_id
        return path

    def bytes_at(self, path: str) -> bytes | None:
        return self._bytes.get(self._paths.get(path, ""))

    def hear(self, message: Message, kind: str = "message") -> None:
        """The bot learns of it, unless privacy mode keeps a group's talk from it."""
        chat = message.chat
        if chat.type == "private" or self._may_hear(message):
            self.queue.push(kind, message.to_json(), f"chat:{chat.id}")

    def _may_hear(self, message: Message) -> bool:
        if message.chat.bot_status not in ("member", "administrator"):
            return bool(message.service)
        meant = message.reply_to is not None and message.reply_to.from_bot
        called = any(entity["type"] == "bot_command" and entity["offset"] == 0 for entity in message.entities)
        admin = message.chat.bot_status == "administrator"
        return not self.privacy or admin or meant or called or bool(message.service)

    def hear_membership(self, chat: Chat, by: Profile, status: str) -> None:
        """my_chat_member: the bot was blocked, let in again, added or thrown out."""
        old, chat.bot_status = chat.bot_status or "left", status
        change: Json = {"chat": chat.to_json(), "from": by.to_json(), "date": int(self.now().timestamp())}
        change |= {"old_chat_member": self._member(old), "new_chat_member": self._member(status)}
        self.queue.push("my_chat_member", change, f"chat:{chat.id}")

    def _member(self, status: str) -> Json:
        rights = dict.fromkeys(_ADMIN_RIGHTS, False) if status == "administrator" else {}
        until = {"until_date": 0} if status == "kicked" else {}
        return {"status": status, "user": self.bot.to_json(), **rights, **until}


_ADMIN_RIGHTS = (
    "can_be_edited",
    "is_anonymous",
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
)


def _suffix(file: Attachment) -> str:
    return PurePath(file.name).suffix if file.name else {"photo": ".jpg", "voice": ".oga"}.get(file.kind, "")
