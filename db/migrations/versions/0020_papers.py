"""What was told of a file at a glance, photos bound into a PDF, letters and dossiers beside editions, one directive
following another"""

import sqlalchemy as sa
from alembic import op

from db.base import Moment

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("submission_files", sa.Column("marks", sa.String(length=20), nullable=False, server_default=""))
    with op.batch_alter_table("held_files") as table:
        table.add_column(sa.Column("seen", sa.JSON(none_as_null=True), nullable=True))
        table.add_column(sa.Column("assignment_id", sa.Integer(), nullable=True))
        table.create_foreign_key(op.f("fk_held_files_assignment_id"), "assignments", ["assignment_id"], ["id"])
    op.add_column("submissions", sa.Column("bind_at", Moment(), nullable=True))
    op.create_index(op.f("ix_submissions_bind_at"), "submissions", ["bind_at"])
    op.create_table(
        "bound_pages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("photos", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("bound_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["submission_id"], ["submissions.id"], name=op.f("fk_bound_pages_submission_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bound_pages")),
        sa.UniqueConstraint("submission_id", name=op.f("uq_bound_pages_submission_id")),
    )
    with op.batch_alter_table("editions") as table:
        table.add_column(sa.Column("kind", sa.String(length=20), nullable=False, server_default="report"))
        table.add_column(sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"))
        table.drop_constraint(op.f("uq_editions_directive_id_number"), type_="unique")
        table.create_unique_constraint(op.f("uq_editions_directive_id_kind_number"), ["directive_id", "kind", "number"])
    with op.batch_alter_table("directives") as table:
        table.add_column(sa.Column("follows_id", sa.Integer(), nullable=True))
        table.create_foreign_key(op.f("fk_directives_follows_id"), "directives", ["follows_id"], ["id"])


def downgrade() -> None:
    with op.batch_alter_table("directives") as table:
        table.drop_constraint(op.f("fk_directives_follows_id"), type_="foreignkey")
        table.drop_column("follows_id")
    op.execute("DELETE FROM edition_files WHERE edition_id IN (SELECT id FROM editions WHERE kind <> 'report')")
    op.execute("DELETE FROM editions WHERE kind <> 'report'")
    with op.batch_alter_table("editions") as table:
        table.drop_constraint(op.f("uq_editions_directive_id_kind_number"), type_="unique")
        table.create_unique_constraint(op.f("uq_editions_directive_id_number"), ["directive_id", "number"])
        table.drop_column("attempts")
        table.drop_column("kind")
    op.drop_table("bound_pages")
    op.drop_index(op.f("ix_submissions_bind_at"), "submissions")
    op.drop_column("submissions", "bind_at")
    with op.batch_alter_table("held_files") as table:
        table.drop_constraint(op.f("fk_held_files_assignment_id"), type_="foreignkey")
        table.drop_column("assignment_id")
        table.drop_column("seen")
    op.drop_column("submission_files", "marks")
