"""Runs the numbered migrations in the connection handed over by `db.migrate`."""

from __future__ import annotations

from alembic import context

from db import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
