"""A second app of the same person, and which one comes first"""

import sqlalchemy as sa
from alembic import op

from db.base import Moment

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("contacts", sa.Column("preferred", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("contacts", sa.Column("join_hash", sa.String(length=64), nullable=True))
    op.add_column("contacts", sa.Column("join_until", Moment(), nullable=True))
    op.create_index(op.f("ix_contacts_join_hash"), "contacts", ["join_hash"], unique=True)


def downgrade() -> None:
    op.drop_index(op.f("ix_contacts_join_hash"), "contacts")
    for column in ("join_until", "join_hash", "preferred"):
        op.drop_column("contacts", column)
