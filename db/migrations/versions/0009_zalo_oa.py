"""Tokens that rotate, windows in which we may speak, and what became of messages"""

import sqlalchemy as sa
from alembic import op

import db.base

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "tokens",
        sa.Column("account", sa.String(length=20), nullable=False),
        sa.Column("access", sa.Text(), nullable=False),
        sa.Column("refresh", sa.Text(), nullable=False),
        sa.Column("refresh_at", db.base.Moment(timezone=True), nullable=False),
        sa.Column("expires_at", db.base.Moment(timezone=True), nullable=False),
        sa.Column("issued_at", db.base.Moment(timezone=True), nullable=False),
        sa.Column("spent_at", db.base.Moment(timezone=True), nullable=True),
        sa.Column("refused", sa.String(length=100), nullable=True),
        sa.PrimaryKeyConstraint("account", name=op.f("pk_tokens")),
    )
    op.create_table(
        "windows",
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("chat", sa.String(length=64), nullable=False),
        sa.Column("turned_to_us_at", db.base.Moment(timezone=True), nullable=True),
        sa.Column("came_or_left_at", db.base.Moment(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("channel", "chat", name=op.f("pk_windows")),
    )
    op.create_table(
        "receipts",
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("message_id", sa.String(length=64), nullable=False),
        sa.Column("charged_at", db.base.Moment(timezone=True), nullable=True),
        sa.Column("received_at", db.base.Moment(timezone=True), nullable=True),
        sa.Column("seen_at", db.base.Moment(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("channel", "message_id", name=op.f("pk_receipts")),
    )


def downgrade() -> None:
    op.drop_table("receipts")
    op.drop_table("windows")
    op.drop_table("tokens")
