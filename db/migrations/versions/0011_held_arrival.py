"""When a file that waits for a question came"""

import sqlalchemy as sa
from alembic import op

from db.base import Moment

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("held_files", sa.Column("arrived_at", Moment(), nullable=True))


def downgrade() -> None:
    op.drop_column("held_files", "arrived_at")
