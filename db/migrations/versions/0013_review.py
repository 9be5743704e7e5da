"""Reports accepted and sent back: when, and until when one is to be mended"""

import sqlalchemy as sa
from alembic import op

from db.base import Moment

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("submissions", sa.Column("accepted_at", Moment(), nullable=True))
    op.add_column("submissions", sa.Column("returned_at", Moment(), nullable=True))
    op.add_column("returns", sa.Column("taken_back_at", Moment(), nullable=True))
    op.add_column("assignments", sa.Column("mend_by", Moment(), nullable=True))


def downgrade() -> None:
    op.drop_column("assignments", "mend_by")
    op.drop_column("returns", "taken_back_at")
    op.drop_column("submissions", "returned_at")
    op.drop_column("submissions", "accepted_at")
