"""The vocabulary of talking: who, what came in, what goes out. Knows no channel and no database."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal

Measure = Literal["characters", "utf-16"]
"""How a channel counts the length of a text."""


NOBODY = "0"
"""The chat of what concerns nobody we could answer."""


@dataclass(frozen=True, slots=True)
class Address:
    """One chat in one channel, written `telegram:12345`."""

    channel: str
    chat: str

    def __str__(self) -> str:
        return f"{self.channel}:{self.chat}"

    @classmethod
    def parse(cls, text: str) -> Address:
        channel, _, chat = text.partition(":")
        if not channel or not chat:
            raise ValueError(f"not an address: {text!r}")
        return cls(channel, chat)


class FileKind(StrEnum):
    """UNSEEN: the platform only says that something came, as Zalo does of files, links and cards."""

    DOCUMENT = "document"
    PHOTO = "photo"
    VOICE = "voice"
    VIDEO = "video"
    STICKER = "sticker"
    UNSEEN = "unseen"


@dataclass(frozen=True, slots=True)
class Seen:
    """What was told of a file at a glance: signed digitally, bearing a red seal, without anything in it, not to be
    opened; the years its title names, and whose it says it is."""

    signed: bool = False
    sealed: bool = False
    blank: bool = False
    broken: bool = False
    years: tuple[int, ...] = ()
    issuer: str = ""

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Seen:
        return cls(**{**data, "years": tuple(data.get("years", ()))})


@dataclass(frozen=True, slots=True)
class InFile:
    """A file somebody sent. `ref` is what its channel needs to fetch it; `sha256` and `size` (bytes) are known once
    it lies in our store. A fetch or a check that failed is `problem`, a word from `bot.files.Problem`."""

    ref: str
    name: str
    kind: FileKind
    size: int | None = None
    mime: str | None = None
    sha256: str | None = None
    problem: str | None = None
    seen: Seen = Seen()


@dataclass(frozen=True, slots=True)
class Incoming:
    """A message that must be answered. `text` is NFC; a pressed button arrives as the text it is worth.

    `at` is the platform's own time stamp (aware). `pressed_on` is the id of the message whose button was pressed.
    `phone` is the sender's own number, shared through the channel's own button and checked to be theirs. `called`: in a
    group, but meant for us. `answers` stands in the place of what was expected of the contact, where its door knows
    better, such as `file:9`. `quoted` are the words of the message this one replies to.
    """

    chat: Address
    sender: Address
    sender_name: str
    at: datetime
    message_id: str
    text: str = ""
    files: tuple[InFile, ...] = ()
    pressed_on: str | None = None
    album: str | None = None
    edited: bool = False
    phone: str | None = None
    called: bool = False
    answers: str = ""
    quoted: str = ""

    @property
    def private(self) -> bool:
        return self.chat == self.sender

    @property
    def unseen(self) -> bool:
        """All we know is that something came."""
        return any(file.kind == FileKind.UNSEEN for file in self.files)

    def with_files(self, files: tuple[InFile, ...]) -> Incoming:
        return replace(self, files=files)


class NoticeKind(StrEnum):
    BLOCKED = "blocked"
    UNBLOCKED = "unblocked"
    JOINED = "joined"
    LEFT = "left"
    MOVED = "moved"
    READ = "read"
    IGNORED = "ignored"


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that changes facts and needs no answer. `moved_to` is set when a group changed its id."""

    kind: NoticeKind
    chat: Address
    at: datetime
    moved_to: Address | None = None


@dataclass(frozen=True, slots=True)
class Button:
    """`says` is what pressing it is worth typing; ASCII and at most 64 bytes, a channel may carry no more."""

    label: str
    says: str


@dataclass(frozen=True, slots=True)
class Choice:
    """A button as it was offered: typing its label, or its `number` if it has one, is pressing it."""

    label: str
    says: str
    number: int = 0


@dataclass(frozen=True, slots=True)
class OutFile:
    """A file to send: its name for people and its content by hash in our store."""

    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What is to be said. One row of buttons a tuple.

    `about` names the thing this speaks of: while an earlier message about it still waits in the same chat, this one
    replaces it; if this answers a press on a message about it, that message is edited, or `short` is said where a
    channel cannot edit. Choices are numbered on channels without buttons unless the question wants words, or this is
    said `unasked`: a number must not change its meaning while somebody is about to type it.
    """

    text: str
    buttons: tuple[tuple[Button, ...], ...] = ()
    file: OutFile | None = None
    about: str | None = None
    short: str | None = None
    wants_words: bool = False
    unasked: bool = False

    def __post_init__(self) -> None:
        if not self.text.strip() and self.file is None:
            raise ValueError("nothing to say")

    def to_json(self) -> dict[str, Any]:
        return {key: value for key, value in asdict(self).items() if value}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Outgoing:
        buttons = tuple(tuple(Button(**button) for button in row) for row in data.get("buttons", ()))
        file = OutFile(**data["file"]) if data.get("file") else None
        return cls(**{"text": "", **data, "buttons": buttons, "file": file})
