"""The log of deeds: append-only; who, for whom, did what, when, from where. Ids, never names."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base
from db.mail import Id


class AuditLine(Base):
    __tablename__ = "audit"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    at: Mapped[datetime]
    person_id: Mapped[int | None]
    office_id: Mapped[int | None]
    deed: Mapped[str] = mapped_column(String(50))
    subject: Mapped[str] = mapped_column(String(50), default="")
    channel: Mapped[str] = mapped_column(String(20), default="")
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)
