"""PostgreSQL through psycopg. No state outlives a transaction, so PgBouncer may lend connections by the transaction."""

from __future__ import annotations

import zlib
from typing import Any

from sqlalchemy import ExceptionContext, text
from sqlalchemy.ext.asyncio import AsyncSession

CONNECT: dict[str, Any] = {
    "prepare_threshold": None,  # the next transaction may meet another connection, which knows no statement of ours
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,
}
"""What libpq is told. A server whose machine lost power says no goodbye: its silence is noticed after 15-25 s."""

# Whoever falls silent with a turn in hand loses it: their machine may be gone, and everybody waits.
_TURN = text("SELECT pg_advisory_xact_lock(:key), set_config('idle_in_transaction_session_timeout', '20s', true)")


async def in_turn(session: AsyncSession, name: str) -> None:
    """Until this transaction ends, others who ask for a turn of this name wait. SQLite has one writer anyway."""
    if session.get_bind().dialect.name == "postgresql":
        await session.execute(_TURN, {"key": turn_key(name)})


def without_details(context: ExceptionContext) -> None:
    """For the engine's `handle_error`: PostgreSQL quotes the refused row in its DETAIL, words of people and all."""
    for error in (context.original_exception, context.sqlalchemy_exception):
        if error is not None and error.args:
            error.args = (str(error.args[0]).partition("\nDETAIL:")[0], *error.args[1:])


def turn_key(name: str) -> int:
    return zlib.crc32(f"nhacviec {name}".encode())
