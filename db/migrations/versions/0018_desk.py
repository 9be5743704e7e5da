"""Changes for many offices at once, morning digests, lists as .xlsx"""

import sqlalchemy as sa
from alembic import op

from db.base import Moment

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=False),
        sa.Column("proposed_at", Moment(), nullable=False),
        sa.Column("made_at", Moment(), nullable=True),
        sa.Column("undone_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["made_by"], ["people.id"], name=op.f("fk_changes_made_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_changes")),
    )
    op.create_index(op.f("ix_changes_made_by"), "changes", ["made_by"])
    op.create_table(
        "change_parts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("change_id", sa.Integer(), nullable=False),
        sa.Column("assignment_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("extended_to", Moment(), nullable=True),
        sa.Column("mend_by", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["change_id"], ["changes.id"], name=op.f("fk_change_parts_change_id")),
        sa.ForeignKeyConstraint(["assignment_id"], ["assignments.id"], name=op.f("fk_change_parts_assignment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change_parts")),
    )
    op.create_index(op.f("ix_change_parts_change_id"), "change_parts", ["change_id"])
    op.create_index(op.f("ix_change_parts_assignment_id"), "change_parts", ["assignment_id"])
    op.create_table(
        "digests",
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("looked_on", sa.Date(), nullable=True),
        sa.Column("held", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("to_leader", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_digests_office_id")),
        sa.PrimaryKeyConstraint("office_id", name=op.f("pk_digests")),
    )
    op.create_table(
        "sheets",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("directive_id", sa.Integer(), nullable=True),
        sa.Column("asked_by", sa.Integer(), nullable=False),
        sa.Column("asked_at", Moment(), nullable=False),
        sa.Column("made_at", Moment(), nullable=True),
        sa.Column("failed_at", Moment(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["directive_id"], ["directives.id"], name=op.f("fk_sheets_directive_id")),
        sa.ForeignKeyConstraint(["asked_by"], ["people.id"], name=op.f("fk_sheets_asked_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sheets")),
    )


def downgrade() -> None:
    op.drop_table("sheets")
    op.drop_table("digests")
    op.drop_index(op.f("ix_change_parts_assignment_id"), "change_parts")
    op.drop_index(op.f("ix_change_parts_change_id"), "change_parts")
    op.drop_table("change_parts")
    op.drop_index(op.f("ix_changes_made_by"), "changes")
    op.drop_table("changes")
