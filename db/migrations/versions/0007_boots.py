"""Processes of one machine share machine time"""

import sqlalchemy as sa
from alembic import op

import db.base

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "boots",
        sa.Column("boot", sa.String(length=36), nullable=False),
        sa.Column("began_at", db.base.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("boot", name=op.f("pk_boots")),
    )


def downgrade() -> None:
    op.drop_table("boots")
