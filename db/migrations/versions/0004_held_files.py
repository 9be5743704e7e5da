"""Files that wait for the question what they are for"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "held_files",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_held_files_contact_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_held_files")),
    )
    op.create_index(op.f("ix_held_files_contact_id"), "held_files", ["contact_id"])


def downgrade() -> None:
    op.drop_table("held_files")
