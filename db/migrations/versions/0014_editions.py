"""Editions of a directive's consolidated report, and their files"""

import sqlalchemy as sa
from alembic import op

from db.base import Moment

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "editions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("directive_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=False),
        sa.Column("asked_at", Moment(), nullable=False),
        sa.Column("made_at", Moment(), nullable=True),
        sa.Column("failed_at", Moment(), nullable=True),
        sa.Column("held", sa.JSON(none_as_null=True), nullable=False),
        sa.ForeignKeyConstraint(["directive_id"], ["directives.id"], name=op.f("fk_editions_directive_id")),
        sa.ForeignKeyConstraint(["asked_by"], ["people.id"], name=op.f("fk_editions_asked_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_editions")),
        sa.UniqueConstraint("directive_id", "number", name=op.f("uq_editions_directive_id_number")),
    )
    op.create_table(
        "edition_files",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["edition_id"], ["editions.id"], name=op.f("fk_edition_files_edition_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_edition_files")),
    )
    op.create_index(op.f("ix_edition_files_edition_id"), "edition_files", ["edition_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_edition_files_edition_id"), "edition_files")
    op.drop_table("edition_files")
    op.drop_table("editions")
