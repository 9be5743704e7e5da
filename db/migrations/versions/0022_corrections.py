"""A corrected deadline may be undone"""

import sqlalchemy as sa
from alembic import op

from db.base import Moment

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("changes", sa.Column("deadline", sa.JSON(none_as_null=True), nullable=True))
    op.add_column("change_parts", sa.Column("acknowledged_at", Moment(timezone=True), nullable=True))


def downgrade() -> None:
    op.execute("DELETE FROM change_parts WHERE change_id IN (SELECT id FROM changes WHERE kind = 'correct')")
    op.execute("DELETE FROM changes WHERE kind = 'correct'")
    op.drop_column("change_parts", "acknowledged_at")
    op.drop_column("changes", "deadline")
