"""People with a Zalo of their own and the groups they meet in: what they do becomes the events our bot reads."""

from __future__ import annotations

from typing import Any

from bot.sandbox.zalo_bot_world import Attached, Chat, Message, World


class Group:
    """A group that took the bot in: it hears what names it, or answers it."""

    def __init__(self, chat: Chat) -> None:
        self.chat = chat

    @property
    def id(self) -> str:
        return self.chat.id

    @property
    def messages(self) -> list[Message]:
        return self.chat.messages


class User:
    """A person. Everything they do happens in the private chat unless a group is named."""

    def __init__(self, world: World, name: str, chat: Chat) -> None:
        self._world, self.name, self.chat = world, name, chat

    @property
    def id(self) -> str:
        return self.chat.id

    @property
    def messages(self) -> list[Message]:
        return self.chat.messages

    def opened(self) -> None:
        """As if something had been written long ago: the bot may write, and hears nothing of it."""
        self.chat.met = True

    async def say(self, text: str, chat: Group | None = None, *, reply_to: Message | None = None) -> Message:
        return self._say(text, chat, reply_to=reply_to)

    async def mention(self, text: str, group: Group) -> Message:
        return self._say(f"@{self._world.name} {text}", group)

    async def send_photo(
        self, data: bytes, caption: str = "", album: str | None = None, chat: Group | None = None
    ) -> Message:
        """Photos of an album come one by one; nothing tells that they belong together."""
        return self._say(caption, chat, kind="image", url=self._world.keep(data, ".jpg"))

    async def send_voice(self, data: bytes) -> Message:
        return self._say("", kind="voice", url=self._world.keep(data, ".aac"))

    async def send_sticker(self) -> Message:
        return self._say("", kind="sticker", url=self._world.keep(b"RIFF\0\0\0\0WEBP", ".webp"))

    async def send_document(self, name: str, data: bytes, *, caption: str = "") -> Message:
        """The bot learns only that something came; so it is with `send_video`, `send_contact` and `share`."""
        return self._say(caption, kind="unsupported", file=Attached(name))

    async def send_video(self, data: bytes, name: str = "video.mp4") -> Message:
        return self._say("", kind="unsupported", file=Attached(name))

    async def send_contact(self, name: str) -> Message:
        return self._say("", kind="unsupported", file=Attached(name))

    async def share(self, link: str) -> Message:
        """A link as a card."""
        return self._say(link, kind="unsupported")

    async def block(self) -> None:
        """Zalo tells the bot nothing of it."""
        self.chat.blocked = True

    async def unblock(self) -> None:
        self.chat.blocked = False

    def _say(self, text: str, group: Group | None = None, **more: Any) -> Message:
        if group is None and self.chat.blocked:
            raise RuntimeError("who has blocked the bot cannot write to it: unblock first")
        return self._world.say((group or self).chat, self.id, self.name, text, **more)
