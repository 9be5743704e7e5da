"""One process at a time speaks for an account"""

import sqlalchemy as sa
from alembic import op

import db.base

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "leases",
        sa.Column("account", sa.String(length=20), nullable=False),
        sa.Column("owner", sa.String(length=100), nullable=False),
        sa.Column("until", db.base.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("account", name=op.f("pk_leases")),
    )


def downgrade() -> None:
    op.drop_table("leases")
