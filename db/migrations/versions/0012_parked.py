"""What waits until a chat's window opens again"""

import sqlalchemy as sa
from alembic import op

from db.base import Moment

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("contacts", sa.Column("parked_at", Moment(), nullable=True))


def downgrade() -> None:
    op.drop_column("contacts", "parked_at")
