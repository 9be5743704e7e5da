"""Tasks handed over, stand-ins for a time, who issued a code, and the name an office bore when it was asked"""

import sqlalchemy as sa
from alembic import op

from db.base import Moment

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("assignments", sa.Column("handed_to", sa.Integer(), nullable=True))
    op.add_column("assignments", sa.Column("handed_by", sa.Integer(), nullable=True))
    op.add_column("assignments", sa.Column("handed_at", Moment(), nullable=True))
    op.add_column("assignments", sa.Column("asked_as", sa.String(length=200), nullable=True))
    op.add_column("members", sa.Column("stands_for", sa.Integer(), nullable=True))
    op.add_column("members", sa.Column("until", sa.Date(), nullable=True))
    op.add_column("invitations", sa.Column("issued_by", sa.Integer(), nullable=True))
    op.create_index(op.f("ix_members_stands_for"), "members", ["stands_for"])


def downgrade() -> None:
    op.drop_index(op.f("ix_members_stands_for"), "members")
    op.drop_column("invitations", "issued_by")
    for column in ("until", "stands_for"):
        op.drop_column("members", column)
    for column in ("asked_as", "handed_at", "handed_by", "handed_to"):
        op.drop_column("assignments", column)
