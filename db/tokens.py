"""Tokens of an account that are renewed by a token good for one use.

Using it is written down before, its answer in the place of it after: whoever finds a used one unanswered waits, and
then may only try it once more.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import String, Text, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Words

ANSWERED = timedelta(seconds=30)
"""After which one who used a refresh token is no longer expected to hear the answer."""
USE = 0.8
"""The part of an access token's life after which it is renewed."""


class Pair(NamedTuple):
    """What the platform hands out together; `lives` from the moment it did."""

    access: str
    refresh: str
    lives: timedelta


class Token(Base):
    """The pair in force. All moments are machine time.

    `spent_at`: the refresh token was handed to the platform and no answer is known. `refused` is the platform's word
    for not taking it: the account is shut until somebody authorises us anew.
    """

    __tablename__ = "tokens"

    account: Mapped[str] = mapped_column(String(20), primary_key=True)
    access: Mapped[str] = mapped_column(Text)
    refresh: Mapped[str] = mapped_column(Text)
    refresh_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    issued_at: Mapped[datetime]
    spent_at: Mapped[datetime | None]
    refused: Mapped[str | None] = mapped_column(Words(100))

    def __repr__(self) -> str:
        return f"Token({self.account})"


async def token(session: AsyncSession, account: str) -> Token | None:
    return (await session.scalars(select(Token).where(Token.account == account))).one_or_none()


async def spend(session: AsyncSession, account: str, access: str, machine: datetime) -> str | None:
    """The refresh token that is to follow this access token, noted as used; None where it is no longer in force,
    was refused, or another has just used it."""
    waited = or_(Token.spent_at.is_(None), Token.spent_at <= machine - ANSWERED)
    mine = (Token.account == account, Token.access == access, Token.refused.is_(None), waited)
    return (await session.scalars(update(Token).where(*mine).values(spent_at=machine).returning(Token.refresh))).first()


async def answered(session: AsyncSession, account: str, spent: str, pair: Pair, machine: datetime) -> bool:
    """The pair that came for a used refresh token; False where that one is no longer in force."""
    return await _change(session, account, spent, _values(pair, machine))


async def unspent(session: AsyncSession, account: str, spent: str) -> None:
    """It never left us."""
    await _change(session, account, spent, {"spent_at": None})


async def refused(session: AsyncSession, account: str, spent: str, word: str) -> None:
    await _change(session, account, spent, {"refused": word[:100]})


async def authorised(session: AsyncSession, account: str, pair: Pair, machine: datetime) -> None:
    """Somebody let us in anew, whatever was before."""
    await session.merge(Token(account=account, **_values(pair, machine)))


async def _change(session: AsyncSession, account: str, spent: str, values: dict[str, Any]) -> bool:
    mine = (Token.account == account, Token.refresh == spent)
    found = await session.scalars(update(Token).where(*mine).values(**values).returning(Token.account))
    return found.first() is not None


def _values(pair: Pair, machine: datetime) -> dict[str, Any]:
    return {
        "access": pair.access,
        "refresh": pair.refresh,
        "refresh_at": machine + pair.lives * USE,
        "expires_at": machine + pair.lives,
        "issued_at": machine,
        "spent_at": None,
        "refused": None,
    }
