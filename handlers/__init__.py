"""The decisions. One intent, one file; a new file is a new command.

A handler gets a Turn, changes what it must and *returns* the answer: silence does not type-check.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import time, timedelta
from pathlib import Path
from typing import Any, TypeVar

from bot.files import Store
from bot.messages import Incoming, Outgoing, Seen
from bot.text import typed
from db import Work
from db.mail import Priority
from db.people import Contact, Member, Office, Person, Role
from scheduler.workdays import Workdays, WorkHours

Windows = Mapping[str, timedelta]


@dataclass(frozen=True)
class House:
    """What every handler may use and none may change. `invite_links`: by channel, a link that opens the bot, with the
    code where the platform hands that on. `public_url` is empty where people cannot reach our pages;
    `with_files` are the channels through which files reach us, `with_buttons` those that show any; `windows`, those
    where we may speak only for so long after somebody turned to us; `ocr`: scans are read, where this machine can;
    `digest_at`: the hour of the morning's figures, if they are told."""

    calendar: Workdays
    hours: WorkHours
    store: Store
    invite_links: Callable[[str], Mapping[str, str]]
    public_url: str = ""
    with_files: frozenset[str] = frozenset()
    with_buttons: frozenset[str] = frozenset()
    windows: Windows = field(default_factory=dict)
    ocr: bool = True
    digest_at: time | None = None


class Aside(Exception):
    """This is not for me: choose again. Usually as if nothing had been expected; an edited message as a new one."""

    def __init__(self, *, still_expecting: bool = False) -> None:
        super().__init__()
        self.still_expecting = still_expecting


@dataclass(frozen=True)
class Looked:
    """What the slow work found, and what was told of each file at a glance, by hash."""

    found: Any
    seen: Mapping[str, Seen]


@dataclass
class Turn:
    """One message and everything known about who sent it. `prepared` is what the handler's `prepare` made of it."""

    work: Work
    incoming: Incoming
    contact: Contact
    house: House
    person: Person | None = None
    places: Sequence[Member] = ()
    args: list[str] = field(default_factory=list)
    prepared: Any = None
    received_id: int = 0
    reply_in: timedelta = timedelta(0)
    priority: Priority = Priority.REPLY

    def take(self, prepared: Any) -> None:
        """What was prepared for it."""
        self.prepared = prepared
        if isinstance(prepared, Looked):
            self.prepared, seen = prepared.found, prepared.seen
            files = (replace(each, seen=seen.get(each.sha256 or "", each.seen)) for each in self.incoming.files)
            self.incoming = self.incoming.with_files(tuple(files))

    @property
    def text(self) -> str:
        return self.incoming.text

    def holds(self, *roles: Role) -> bool:
        return any(place.role in roles for place in self.places)

    @property
    def offices(self) -> list[Office]:
        """The offices this person answers for (a coordinator's own among them)."""
        return list({place.office_id: place.office for place in self.places}.values())

    @property
    def answering(self) -> list[int]:
        """The offices this person may report for: a leader reports for none."""
        return list(dict.fromkeys(place.office_id for place in self.places if place.role != Role.LEADER))

    def may_act_for(self, office_id: int) -> bool:
        return office_id in self.answering

    @property
    def only_leads(self) -> bool:
        return bool(self.places) and all(place.role == Role.LEADER for place in self.places)

    @property
    def collecting(self) -> list[int]:
        """The offices this person coordinates for."""
        return [place.office_id for place in self.places if place.role == Role.COORDINATOR]

    def collects(self, office_id: int) -> bool:
        return office_id in self.collecting

    def number(self, index: int) -> int | None:
        """The whole number at this place of the arguments, if there is one."""
        said = self.args[index] if len(self.args) > index else ""
        return int(said) if said.isdecimal() and len(said) <= MOST_DIGITS else None

    def expect(self, what: str) -> None:
        self.contact.expects = what


class Refused(Exception):
    """A deed this person may not do, or that makes no sense now; carries what to say instead."""

    def __init__(self, answer: Outgoing) -> None:
        super().__init__("refused")
        self.answer = answer


class Silence(Exception):
    """Nothing is said, on purpose: what was to be said was said before."""


Handle = Callable[[Turn], Awaitable[Outgoing]]
Prepare = Callable[[Incoming, House], Awaitable[Any]]
Any_ = TypeVar("Any_", bound=Handle)

LONG_TEXT = 600
"""Characters from which a coordinator's message is a pasted document."""
MOST_DIGITS = 15
"""More than any id has; the database takes no larger number."""

EVERYONE: frozenset[Role] = frozenset()
COORDINATOR = frozenset({Role.COORDINATOR})
LEADER = frozenset({Role.LEADER})
WATCHERS = COORDINATOR | LEADER
MEMBERS = frozenset(Role)
REPORTING = MEMBERS - LEADER


@dataclass(frozen=True)
class Command:
    """`names` are what is typed, the first one official; `who` may use it, empty for strangers too. `decides`: it is
    the answer to somebody's request."""

    names: tuple[str, ...]
    who: frozenset[Role]
    handle: Handle
    help: str
    listed: bool
    decides: bool = False


@dataclass(frozen=True)
class Rule:
    """A handler for something that is no command, and the slow work it wants done before the transaction."""

    handle: Handle
    prepare: Prepare | None = None
    files: bool = True
    who: frozenset[Role] = frozenset()


COMMANDS: dict[str, Command] = {}
EXPECTED: dict[str, Rule] = {}
INTENTS: list[tuple[re.Pattern[str], str]] = []
FILES: list[Rule] = []
EDITS: list[Rule] = []
STRANGERS: list[Rule] = []
UNSEEN: list[Rule] = []


def command(
    *names: str, who: frozenset[Role] = MEMBERS, says: str = "", listed: bool = True, decides: bool = False
) -> Callable[[Any_], Any_]:
    """Register a command; the docstring is its help line. `says` is a pattern over folded free text that means it."""

    def register(handle: Any_) -> Any_:
        found = Command(names, who, handle, (handle.__doc__ or "").strip(), listed, decides)
        for name in names:
            if COMMANDS.setdefault(name, found) is not found:
                raise ValueError(f"/{name} is taken")
        if says:
            INTENTS.append((re.compile(says), names[0]))
        return handle

    return register


def expected(kind: str, *, files: bool = False, who: frozenset[Role] = EVERYONE) -> Callable[[Any_], Any_]:
    """Register what handles an answer we asked for: `contact.expects` begins with `kind:`.

    One that takes no `files` leaves them to whoever takes a file out of the blue.
    """

    def register(handle: Any_) -> Any_:
        EXPECTED[kind] = Rule(handle, files=files, who=who)
        return handle

    return register


def intent(text: str) -> str | None:
    """The command that free text means, if it means one."""
    folded = typed(text) or text.strip()
    return next((name for pattern, name in INTENTS if pattern.search(folded)), None)


def load() -> None:
    """Import every handler, so that the registry is whole."""
    here = Path(__file__).parent
    for module in pkgutil.iter_modules([str(here)]):
        importlib.import_module(f"handlers.{module.name}")


def listed(roles: set[Role]) -> list[Command]:
    """The commands somebody with these roles sees, in the order of their first name."""
    unique = {found.names[0]: found for found in COMMANDS.values() if found.listed}
    return [found for found in unique.values() if not found.who or found.who & roles]


def allowed(found: Command, turn: Turn) -> bool:
    return not found.who or turn.holds(*found.who)
