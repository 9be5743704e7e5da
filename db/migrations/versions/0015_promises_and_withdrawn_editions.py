"""When an office will send what its report still lacks; editions that were withdrawn"""

import sqlalchemy as sa
from alembic import op

from db.base import Moment

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("assignments", sa.Column("rest_promised_on", sa.Date(), nullable=True))
    op.add_column("editions", sa.Column("withdrawn_at", Moment(), nullable=True))


def downgrade() -> None:
    op.drop_column("editions", "withdrawn_at")
    op.drop_column("assignments", "rest_promised_on")
