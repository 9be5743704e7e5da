"""A stand-in may begin on a later day"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("members", sa.Column("since", sa.Date(), nullable=True))


def downgrade() -> None:
    op.execute("DELETE FROM members WHERE since IS NOT NULL AND approved_at IS NULL")
    op.drop_column("members", "since")
