"""What a channel must be able to do, what it can do, and the five ways in which sending fails."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path, PurePath
from typing import Any, Protocol, runtime_checkable

from aiohttp import web

from bot.clocks import Clock
from bot.messages import Address, Incoming, InFile, Measure, Notice, Outgoing


@dataclass(frozen=True, slots=True)
class Raw:
    """One update as it came: `key` is unique within the channel, `lane` is the chat it belongs to.

    `greet`: whether the channel wants to give a sign of its own as soon as the row is committed.
    """

    channel: str
    key: str
    lane: str
    body: bytes
    greet: bool = False


Receive = Callable[[Sequence[Raw]], Awaitable[None]]
"""Commits the rows (those seen before are dropped) and returns; only then may the channel acknowledge."""


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a channel can carry. Limits are in the channel's own measure, sizes in bytes, pace in messages a second.
    `files_in`: documents reach us, and not photos only; elsewhere people get a link.

    `monthly_limit` is how many messages an account may exchange in a calendar month, both ways, and `user_limit` with
    how many people; 0 where there is no such limit.

    `file_limits`: the only kinds of files it sends, by suffix, and how large each may be; empty: all kinds.
    """

    text_limit: int
    measure: Measure
    caption_limit: int = 0
    buttons: bool = False
    most_buttons: int | None = None
    edits: bool = False
    files_in: bool = False
    files_out: bool = False
    file_limits: Mapping[str, int] = field(default_factory=dict)
    upload_limit: int = 0
    download_limit: int = 0
    pace: float = 1.0
    window: timedelta | None = None
    monthly_limit: int = 0
    user_limit: int = 0

    def carries(self, name: str, size: int | None) -> bool:
        """Whether a file of this name and size (None: unknown) can be sent."""
        limits = self.file_limits or {PurePath(name).suffix.lower(): self.upload_limit}
        limit = limits.get(PurePath(name).suffix.lower())
        return self.files_out and limit is not None and (size or 0) <= limit

    def shows(self, buttons: int) -> bool:
        """Whether so many buttons can be shown at once."""
        return self.buttons and (self.most_buttons is None or buttons <= self.most_buttons)


@dataclass(frozen=True, slots=True)
class Sent:
    """What the platform answered: its id of the message, and its own handle of the file for the next time."""

    message_id: str
    file_ref: str | None = None


@dataclass(frozen=True, slots=True)
class Upload:
    """The file of a part: where it lies, and the channel's handle if it was sent before."""

    name: str
    path: Path
    ref: str | None = None


class Channel(Protocol):
    """One way of speaking with people. One file in `bot/channels/` each."""

    name: str
    capabilities: Capabilities

    def routes(self, receive: Receive) -> Iterable[web.RouteDef]:
        """Webhook routes; a handler answers 200 only after `receive` returned."""
        ...

    async def start(self) -> None:
        """Set up the webhook or drop it, publish the command menu. Raises a SendError."""
        ...

    async def listen(self, receive: Receive) -> None:
        """Poll until cancelled, and anew when called again: only while this process speaks for the account, so another
        may have polled meanwhile. Returns at once when a webhook does the work."""
        ...

    async def close(self) -> None: ...

    def read(self, payload: dict[str, Any], received_at: datetime) -> Incoming | Notice:
        """Pure: an update as the rooms behind understand it. `received_at` (aware) dates what bears no date of its own,
        such as a pressed button in Telegram."""
        ...

    async def greet(self, payload: dict[str, Any]) -> None:
        """Best effort right after the commit of a row that asked for it, such as stopping the spinner of a pressed
        button. Never raises."""
        ...

    async def send(self, to: Address, part: Outgoing, upload: Upload | None, *, edit: str | None = None) -> Sent:
        """Send one fitted part, or put it in the place of message `edit`. Raises a SendError."""
        ...

    def fetch(self, file: InFile) -> AsyncIterator[bytes]:
        """The bytes of a file somebody sent, in chunks. Raises a SendError."""
        ...

    def invite_link(self, code: str) -> str | None:
        """A link that opens the bot, where one is known; it carries the code where the platform hands that on."""
        ...


@runtime_checkable
class HasMenu(Protocol):
    """A channel that can show a list of commands; `commands` (name, description) is published by `start`."""

    commands: Sequence[tuple[str, str]]

    async def set_menu(self, to: Address | None, commands: Sequence[tuple[str, str]]) -> None:
        """The menu of one chat, or of everybody who has none of their own. Raises a SendError."""
        ...


@runtime_checkable
class Timed(Protocol):
    """A channel that has to know the time, such as for a window in which it may speak. The app hands in its clock."""

    clock: Clock


@runtime_checkable
class KnowsNames(Protocol):
    """A channel whose messages do not say who their sender is."""

    async def name_of(self, who: Address) -> str:
        """What they call themselves; empty where it cannot be learnt. Never raises."""
        ...


@dataclass(frozen=True, slots=True)
class Account:
    """How a platform sees our account now. `said_at` is the time by its clock (aware).

    `called`: the platform is to call us, else we ask; None where it does not tell. `fits`: it does so, by our own
    address. `waiting` updates have not reached us; `error` is what it met when it last tried, at `error_at`.
    """

    name: str
    said_at: datetime | None = None
    called: bool | None = False
    fits: bool = True
    waiting: int = 0
    error: str = ""
    error_at: datetime | None = None


@runtime_checkable
class Checkable(Protocol):
    """A channel whose platform can be asked about our account."""

    async def check(self) -> Account:
        """Asks, and changes nothing. Raises a SendError; Revoked where the platform refuses the account."""
        ...


class SendError(Exception):
    """The base of the five. A channel chooses the name; only the sender acts on it."""


class Throttled(SendError):
    """Slow down: the whole account rests `retry_after` seconds; not an attempt."""

    def __init__(self, retry_after: float) -> None:
        super().__init__(f"throttled for {retry_after} s")
        self.retry_after = retry_after


class Unreachable(SendError):
    """Network, 5xx or a timeout: try again. If it may have been sent, once."""

    def __init__(self, reason: str, *, maybe_sent: bool = False) -> None:
        super().__init__(reason)
        self.maybe_sent = maybe_sent


class Revoked(Unreachable):
    """The platform refuses the whole account, such as a revoked token: nothing goes until the administrator acts."""


class Blocked(SendError):
    """This person shut the door: try their next contact and tell the coordinator."""


class OutsideWindow(SendError):
    """The platform will not let us speak first: try the next contact, else wait until they write."""


class Rejected(SendError):
    """The message is wrong, which is our mistake: give up and log it."""


class NotEditable(Rejected):
    """The message to edit is gone or too old: say `short`, or send anew."""


class TooBigToFetch(Rejected):
    """The platform will not hand out a file this large: offer the upload link."""


class Moved(Rejected):
    """The chat has a new id; the sender rewrites it and sends again."""

    def __init__(self, to: Address) -> None:
        super().__init__("chat moved")
        self.to = to
