"""What a collecting office heard of its directives in the morning."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base


class Digest(Base):
    """One collecting office. `held` are the figures it heard last, by directive id; `looked_on` the last day on which
    they were looked at, changed or not. `to_leader`: the leader hears a line too."""

    __tablename__ = "digests"

    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"), primary_key=True)
    looked_on: Mapped[date | None]
    held: Mapped[dict[str, Any]] = mapped_column(default=dict)
    to_leader: Mapped[bool] = mapped_column(default=False)
