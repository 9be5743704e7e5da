"""One person's phone as the page sees it: the same few things whatever app is on it."""

from __future__ import annotations

from mimetypes import guess_type
from typing import Any, NamedTuple

from bot.sandbox.hands import HANDS, Hands
from bot.sandbox.stage import Stage

APPS = {"telegram": "Telegram", "zalo_bot": "Zalo Bot", "zalo_oa": "Zalo OA"}
NO_FILES = (
    "Zalo Bot không nhận tệp, chỉ nhận ảnh. Báo cáo Word, PDF nộp tại liên kết trợ lý gửi: nhắn «lấy liên kết», "
    "rồi bấm vào liên kết đó."
)


class Carried(NamedTuple):
    """A file in a message, as far as the phone has it; `size` None: only its name."""

    name: str
    size: int | None
    mime: str


class Phone:
    """Messages are known by their place in the chat, from 1 on."""

    def __init__(self, stage: Stage, name: str) -> None:
        self.stage, self.name, self.channel = stage, name, stage.channel_of(name)
        self.user = stage.phone(name)
        self._hands: Hands = HANDS[self.channel](self)

    @property
    def app(self) -> str:
        return APPS[self.channel]

    @property
    def why_no_files(self) -> str:
        """Empty where files can be sent."""
        return NO_FILES if self.channel == "zalo_bot" else ""

    @property
    def menu(self) -> list[dict[str, Any]]:
        return self.stage.telegram.menu(self.user.id) if self.channel == "telegram" else []

    def message(self, number: object) -> Any:
        """Raises LookupError."""
        messages = self.user.messages
        if not isinstance(number, int) or not 1 <= number <= len(messages) or _gone(messages[number - 1]):
            raise LookupError("no such message")
        return messages[number - 1]

    def shown(self) -> list[tuple[int, Any]]:
        return [(number, each) for number, each in enumerate(self.user.messages, 1) if not _gone(each)]

    def typed(self, message: Any) -> tuple[str, tuple[str, ...]]:
        """The text before the list of choices, and what can be typed; none where the choices are buttons."""
        if not message.from_bot or message.buttons or self.channel == "telegram":
            return message.text, ()
        labels = self._hands.heard(message).buttons
        return (message.text.rpartition("\n\n")[0], labels) if labels else (message.text, ())

    async def choose(self, message: Any, label: str) -> Any:
        """A press of Telegram's, or what was said. Raises LookupError or ValueError where this is not offered."""
        return await self._hands.choose(self.name, message, label)

    def answered(self, press: Any, before: int) -> bool:
        """What `choose` gave has been answered; `before`: how many messages there were."""
        if self.channel == "telegram":
            return bool(press.answered)
        return any(each.from_bot for each in self.user.messages[before:])

    def worth(self, text: str) -> str:
        """The label that typing this chooses, by its number in the newest list; else the text itself."""
        last = next((each for each in reversed(self.user.messages) if each.from_bot), None)
        labels = self.typed(last)[1] if last else ()
        return labels[int(text) - 1] if text.isdecimal() and 1 <= int(text) <= len(labels) else text

    async def send(self, name: str, data: bytes, mime: str | None = None, *, photo: bool = False) -> None:
        """Raises PermissionError where the app sends none."""
        if photo:
            await self.user.send_photo(data)
        elif self.why_no_files:
            raise PermissionError(self.why_no_files)
        elif self.channel == "telegram":
            await self.user.send_document(name, data, mime)
        else:
            await self.user.send_document(name, data)

    def carried(self, message: Any) -> Carried | None:
        file = message.file
        if self.channel == "zalo_bot":
            return Carried("Ảnh.jpg", None, "image/jpeg") if message.kind == "image" else None
        if file is None:
            return None
        if self.channel == "zalo_oa":
            return Carried(file.name, len(file.data), guess_type(file.name)[0] or "")
        name = file.name or {"photo": "Ảnh.jpg", "voice": "Ghi âm.oga"}.get(file.kind, "Tệp")
        return Carried(name, file.size, "image/jpeg" if file.kind == "photo" else file.mime or "")

    def bytes_of(self, message: Any) -> bytes:
        """Raises LookupError when it is no longer there."""
        if self.channel == "zalo_oa":
            return bytes(message.file.data)
        if self.channel == "telegram":
            return self.stage.telegram.file_bytes(message.file.file_id)
        data = self.stage.zalo_bot.world.media(message.url.rpartition("/")[2])
        if data is None:
            raise LookupError("no longer there")
        return data

    # What hands ask of those around them

    folder = None

    async def settle(self) -> None:
        await self.stage.settled()

    def forget(self, who: str) -> None:
        """Nobody counts here what was heard."""

    def hears(self, who: str, heard: Any) -> None:
        """Likewise."""


def _gone(message: Any) -> bool:
    return bool(getattr(message, "deleted", False))
