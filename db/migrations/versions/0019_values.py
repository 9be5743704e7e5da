"""What a question wants for an answer, and what an answer was read as"""

import sqlalchemy as sa
from alembic import op

from db.base import Words

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("questions") as batch:
        batch.add_column(sa.Column("kind", sa.String(length=20), nullable=False, server_default="text"))
        batch.add_column(sa.Column("unit", Words(length=40), nullable=False, server_default=""))
        batch.add_column(
            sa.Column("options", sa.JSON(none_as_null=True), nullable=False, server_default=sa.text("'[]'"))
        )
    with op.batch_alter_table("answers") as batch:
        batch.add_column(sa.Column("value", sa.String(length=60), nullable=True))
        batch.add_column(sa.Column("unit", Words(length=40), nullable=False, server_default=""))
        batch.add_column(sa.Column("about", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch.add_column(sa.Column("unsure", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch.add_column(sa.Column("rows", sa.JSON(none_as_null=True), nullable=False, server_default=sa.text("'[]'")))
        batch.add_column(sa.Column("source", Words(length=200), nullable=False, server_default=""))


def downgrade() -> None:
    with op.batch_alter_table("answers") as batch:
        for name in ("source", "rows", "unsure", "about", "unit", "value"):
            batch.drop_column(name)
    with op.batch_alter_table("questions") as batch:
        for name in ("options", "unit", "kind"):
            batch.drop_column(name)
