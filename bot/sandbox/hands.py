"""What people do with their phones in a transcript, and what they see there, channel by channel."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import unescape
from typing import Any, Protocol

import aiohttp

from bot.sandbox.chatfile import Transcript
from bot.sandbox.samples import sample

PHOTOS = (".jpg", ".jpeg")


class Unlike(AssertionError):
    """What happened is not what the transcript says."""


class NoUploadPage(Exception):
    """Somebody would hand in a file, but their chat carries none and no page takes it."""


@dataclass(frozen=True)
class Heard:
    """One message: its text without the choices, and the labels of those."""

    text: str
    buttons: tuple[str, ...]


class Around(Protocol):
    """What hands need of the player."""

    stage: Any
    folder: Any

    async def settle(self) -> None: ...

    def forget(self, who: str) -> None: ...

    def hears(self, who: str, heard: Heard) -> None: ...


class Hands:
    """On Telegram: buttons are pressed, messages edited, files sent in the chat."""

    edits = True

    def __init__(self, around: Around) -> None:
        self.around = around
        self.pressed: dict[tuple[str, str], tuple[int, str]] = {}
        self.pasted: set[str] = set()

    def phone(self, who: str) -> Any:
        return self.around.stage.phone(who)

    async def say(self, who: str, text: str) -> None:
        phone = self.phone(who)
        if text.startswith("📎"):
            await self.send_files(who, [name.strip() for name in text[1:].split(",")])
        elif text.startswith("🎤"):
            await phone.send_voice(b"OggS voice")
        elif text.startswith("🎭"):
            await phone.send_sticker()
        elif text.startswith("✎ "):
            await phone.edit(next(m for m in reversed(phone.messages) if not m.from_bot), text.removeprefix("✎ "))
        elif text.startswith("👍 "):
            await self.like(who)
        else:
            await phone.say(text)

    async def like(self, who: str) -> None:
        phone = self.phone(who)
        await phone.react(next(m for m in reversed(phone.messages) if m.from_bot), "👍")

    async def begin(self, who: str, file: str) -> None:
        """Give the assistant a directive before the transcript begins."""
        await self.send_files(who, [file])

    async def send_files(self, who: str, names: list[str]) -> None:
        """Several photos are an album; a file called «công văn» with text after `|` has a caption."""
        phone = self.phone(who)
        photos = [name for name in names if name.lower().endswith(PHOTOS)]
        album = f"album-{len(phone.messages)}" if len(photos) > 1 else None
        for name in names:
            data, name, caption = self._file(name)
            if name in photos:
                await phone.send_photo(data, caption, album)
            else:
                await phone.send_document(name, data, caption=caption)

    def _file(self, name: str) -> tuple[bytes, str, str]:
        name, _, caption = (part.strip() for part in name.partition("|"))
        return sample(name, self.around.folder), name, caption

    async def press(self, who: str, label: str, *, begins: bool = False) -> None:
        phone = self.phone(who)
        first, label = label.startswith("cũ: "), label.removeprefix("cũ: ")
        for message in phone.messages if first else reversed(phone.messages):
            for row in message.buttons:
                for button in row:
                    if button.label == label or (begins and button.label.startswith(label)):
                        self.pressed[who, button.label] = message.message_id, button.value
                        await phone.press(message, button.label)
                        return
        raise Unlike(f"{who} sees no button [{label}]")

    async def choose(self, who: str, message: Any, label: str) -> Any:
        """What this message offers, by its whole label. Raises LookupError where it does not offer that."""
        return await self.phone(who).press(message, label)

    async def press_again(self, who: str, label: str) -> None:
        """A button that an old screen still shows."""
        message, value = self.pressed[who, label]
        await self.phone(who).press_data(message, value)

    def heard(self, message: Any) -> Heard:
        labels = tuple(button.label for row in message.buttons for button in row)
        file = f"📎 {message.file.name}" if message.file else ""
        return Heard("\n".join(part for part in (file, message.text) if part), labels)

    def goes_on(self, before: Heard, message: Any) -> bool:
        """Whether this is the rest of a message that was too long for one."""
        return False

    def needs(self, transcript: Transcript) -> str | None:
        """What of this transcript the channel cannot do."""
        return None


class TypingHands(Hands):
    """Where there are no buttons, edits or files: choices are typed, files go by the page of a link.

    A choice is typed as its number where it has one that still holds, else as its label.
    """

    edits = False
    long = 700
    """Characters a part has at least if another one follows."""

    async def like(self, who: str) -> None:
        await self.phone(who).say("👍")

    async def begin(self, who: str, file: str) -> None:
        """As text, so that nobody gets the file itself."""
        self.pasted.add(f"📎 {file}")
        await self.phone(who).say(self._file(file)[0].decode())

    async def send_files(self, who: str, names: list[str]) -> None:
        """Photos go in the chat, everything else by the link of this person."""
        files = [self._file(name) for name in names]
        for data, name, caption in files:
            if name.lower().endswith(PHOTOS):
                await self.phone(who).send_photo(data, caption)
        if others := [each for each in files if not each[1].lower().endswith(PHOTOS)]:
            await self.hand_in(who, others)

    async def hand_in(self, who: str, files: list[tuple[bytes, str, str]]) -> None:
        """By the upload page: the link that was said last if it still holds, else a new one. Raises NoUploadPage."""
        link = self._link(self.phone(who).messages[-1:]) or await self._new_link(who)
        page = await _posted(link, files) or await _posted(await self._new_link(who), files)
        for problem in re.findall(r'<p class="problem">(.*?)</p>', page or ""):
            self.around.hears(who, Heard(unescape(problem), ()))

    async def _new_link(self, who: str) -> str:
        messages = self.phone(who).messages
        before = len(messages)
        await self.phone(who).say("lấy liên kết")
        await self.around.settle()
        self.around.forget(who)
        if (link := self._link(messages[before:])) is None:
            raise NoUploadPage("files go by a link, and there is no page yet that takes them")
        return link

    def _link(self, messages: list[Any]) -> str | None:
        found = [_LINK.search(message.text) for message in messages if message.from_bot]
        return next((link[0] for link in reversed(found) if link), None)

    async def press(self, who: str, label: str, *, begins: bool = False) -> None:
        answered = False
        for message in reversed(self.phone(who).messages):
            answered |= not message.from_bot
            for number, offered in enumerate(self.heard(message).buttons if message.from_bot else (), 1):
                if offered == label or (begins and offered.startswith(label)):
                    await self.phone(who).say(str(number) if numbered(message.text) and not answered else offered)
                    return
        raise Unlike(f"{who} is offered no [{label}]")

    async def choose(self, who: str, message: Any, label: str) -> Any:
        """By its number only while nothing was said since: the number of a later list is another."""
        number = self.heard(message).buttons.index(label) + 1
        newest = message is self.phone(who).messages[-1] and numbered(message.text)
        return await self.phone(who).say(str(number) if newest else label)

    async def press_again(self, who: str, label: str) -> None:
        await self.phone(who).say(label)

    def heard(self, message: Any) -> Heard:
        text, _, last = message.text.rpartition("\n\n")
        labels = _listed(last)
        text = _FILE.sub(r"📎 \1", text if labels else message.text)
        return Heard(text, labels)

    def goes_on(self, before: Heard, message: Any) -> bool:
        return not before.buttons and len(before.text) >= self.long

    def needs(self, transcript: Transcript) -> str | None:
        return _beyond(transcript, _BEYOND)


class OAHands(TypingHands):
    """On a Zalo Official Account: files and up to five buttons in the chat, no edits; more choices are numbered."""

    begin = Hands.begin
    send_files = Hands.send_files
    press_again = Hands.press_again

    async def choose(self, who: str, message: Any, label: str) -> Any:
        return await (Hands if message.buttons else TypingHands).choose(self, who, message, label)

    async def press(self, who: str, label: str, *, begins: bool = False) -> None:
        try:
            await Hands.press(self, who, label, begins=begins)
        except Unlike:
            await super().press(who, label, begins=begins)

    def heard(self, message: Any) -> Heard:
        if message.buttons or message.file:
            return Hands.heard(self, message)
        return super().heard(message)

    def needs(self, transcript: Transcript) -> str | None:
        return _beyond(transcript, _BEYOND_OA)


async def _posted(link: str, files: list[tuple[bytes, str, str]]) -> str | None:
    """The page that answers; None if the link no longer holds."""
    form = aiohttp.FormData(quote_fields=False)
    for data, name, _ in files:
        form.add_field("tep", io.BytesIO(data), filename=name)
    async with aiohttp.ClientSession() as http, http.post(link, data=form) as answer:
        return None if answer.status == 410 else await answer.text()


_LINK = re.compile(r"http://127\.0\.0\.1:\d+/nop/\S+")
_FILE = re.compile(r"Tệp «([^»]+)»: (?:https?://\S+ \([^)]*\)|kênh này chưa gửi được tệp[^.]*\.)")
_BEYOND = (
    ("✎ ", "edits of what was said"),
    ("cũ: ", "old buttons: here a label means what was offered last"),
    ("bấm lại", "old buttons: here a label means what was offered last"),
    ("Telegram bận", "a platform that says when to come back"),
    ("chặn trợ lý", "to be told of a blocking"),
)


_BEYOND_OA = tuple(each for each in _BEYOND if each[0] in ("✎ ", "Telegram bận"))


def _beyond(transcript: Transcript, signs: Iterable[tuple[str, str]]) -> str | None:
    for step in transcript.steps:
        for sign, what in signs:
            if step.act != "hears" and any(sign in words for words in (step.text, *step.buttons)):
                return what
    return None


def numbered(text: str) -> bool:
    """Whether the choices at its end are, and not words to type."""
    return not text.rpartition("\n\n")[2].startswith("Gõ: ")


def _listed(block: str) -> tuple[str, ...]:
    if block.startswith("Gõ: "):
        return tuple(block.removeprefix("Gõ: ").split(" / "))
    lines = [re.fullmatch(r"(\d+)\. (.+)", line) for line in block.split("\n")]
    found = [line for line in lines if line]
    whole = len(found) == len(lines) and [int(line[1]) for line in found] == list(range(1, len(found) + 1))
    return tuple(line[2] for line in found) if whole else ()


HANDS: dict[str, type[Hands]] = {"telegram": Hands, "zalo_bot": TypingHands, "zalo_oa": OAHands}
