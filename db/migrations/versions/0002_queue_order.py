"""Walk each queue in its order"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

QUEUES = ("received", "reminders", "deliveries")


def upgrade() -> None:
    where = sa.text("done_at IS NULL")
    for queue in QUEUES:
        op.create_index(
            f"ix_{queue}_next", queue, ["priority", "id"], sqlite_where=where, postgresql_where=where, unique=False
        )


def downgrade() -> None:
    for queue in QUEUES:
        op.drop_index(f"ix_{queue}_next", table_name=queue)
