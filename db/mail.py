"""The three queues: what came in, what time brings, what goes out."""

from __future__ import annotations

from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, LargeBinary, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.messages import Address, Outgoing
from db.base import Base, Words

Id = BigInteger().with_variant(Integer, "sqlite")


class Outcome(StrEnum):
    """How a row ended."""

    DONE = "done"
    UNNEEDED = "unneeded"
    REPLACED = "replaced"
    MERGED = "merged"
    MOVED = "moved"
    EXPIRED = "expired"
    FAILED = "failed"
    UNCERTAIN = "uncertain"
    POISONED = "poisoned"
    IGNORED = "ignored"


class Priority(IntEnum):
    RECEIPT = 0
    REPLY = 1
    REMINDER = 2
    BROADCAST = 3


class Queued:
    """What every queue shares. Rows of a `lane` are taken one at a time, the first by (priority, id).

    `due_at` is civil time: not before this. `retry_at` and `taken_until` are machine time: the lane rests after a
    failure; the taker is believed alive until then. `attempt` fences: a late finish with an old number is refused.
    """

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    lane: Mapped[str] = mapped_column(String(100))
    priority: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime]
    retry_at: Mapped[datetime | None]
    taken_until: Mapped[datetime | None]
    attempt: Mapped[int] = mapped_column(default=0)
    failures: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None]
    outcome: Mapped[Outcome | None] = mapped_column(String(20))
    error: Mapped[str | None] = mapped_column(Words(500))


def _still_open(table: str) -> tuple[Index, Index]:
    """One to walk the queue in its order, one to look into a lane; rows that are over are in neither."""
    where = text("done_at IS NULL")
    return (
        Index(f"ix_{table}_next", "priority", "id", sqlite_where=where, postgresql_where=where),
        Index(f"ix_{table}_open", "lane", "priority", "id", sqlite_where=where, postgresql_where=where),
    )


class Received(Queued, Base):
    """An update exactly as it came, once."""

    __tablename__ = "received"
    __table_args__ = (
        UniqueConstraint("channel", "key"),
        *_still_open("received"),
    )

    channel: Mapped[str] = mapped_column(String(20))
    key: Mapped[str] = mapped_column(String(200))
    body: Mapped[bytes] = mapped_column(LargeBinary)
    received_at: Mapped[datetime]


class Reminder(Queued, Base):
    """One rung of one office's ladder. A new deadline writes new rows with the next `version`."""

    __tablename__ = "reminders"
    __table_args__ = (
        UniqueConstraint("assignment_id", "rung", "version"),
        *_still_open("reminders"),
    )

    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignments.id"))
    rung: Mapped[str] = mapped_column(String(20))
    version: Mapped[int] = mapped_column(default=1)


class Delivery(Queued, Base):
    """What we owe somebody. The lane is the address.

    `owed_by` lists the assignments this reminds of: once none of them is owed any more it is not wanted.
    `on_wire_at` is set before speaking: a row that comes back with it may have been heard, and is `uncertain`.
    `file_token` is that of the link its file goes by, kept until it is said: tried again, it says the same.
    """

    __tablename__ = "deliveries"
    __table_args__ = _still_open("deliveries")

    message: Mapped[dict[str, Any]]
    about: Mapped[str | None] = mapped_column(Words(100), index=True)
    pressed_on: Mapped[str | None] = mapped_column(Words(64))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    office_id: Mapped[int | None] = mapped_column(ForeignKey("offices.id"), index=True)
    owed_by: Mapped[list[Any] | None]
    expires_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    on_wire_at: Mapped[datetime | None]
    uncertain: Mapped[bool] = mapped_column(default=False)
    parts_sent: Mapped[int] = mapped_column(default=0)
    file_token: Mapped[str | None] = mapped_column(String(64))
    message_id: Mapped[str | None] = mapped_column(Words(64))
    sent_at: Mapped[datetime | None]
    note: Mapped[str | None] = mapped_column(Text)

    @property
    def to(self) -> Address:
        return Address.parse(self.lane)

    @property
    def outgoing(self) -> Outgoing:
        return Outgoing.from_json(self.message)


LONGEST_REF = 300


class ChannelFile(Base):
    """A file a channel already holds: send it by this handle, not by its bytes."""

    __tablename__ = "channel_files"

    channel: Mapped[str] = mapped_column(String(20), primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    ref: Mapped[str] = mapped_column(String(LONGEST_REF))
