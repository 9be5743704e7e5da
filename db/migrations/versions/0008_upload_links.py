"""Links by which files come to a web page"""

import sqlalchemy as sa
from alembic import op

import db.base

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "upload_links",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("assignment_id", sa.Integer(), nullable=True),
        sa.Column("created_at", db.base.Moment(timezone=True), nullable=False),
        sa.Column("expires_at", db.base.Moment(timezone=True), nullable=False),
        sa.Column("revoked_at", db.base.Moment(timezone=True), nullable=True),
        sa.Column("used_at", db.base.Moment(timezone=True), nullable=True),
        sa.Column("act", sa.String(length=64), nullable=False),
        sa.Column("said", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["assignment_id"], ["assignments.id"], name=op.f("fk_upload_links_assignment_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_upload_links_contact_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_upload_links_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upload_links")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_upload_links_token_hash")),
    )
    op.create_index(op.f("ix_upload_links_person_id"), "upload_links", ["person_id"])
    op.create_table(
        "coming_files",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("link_id", sa.Integer(), nullable=False),
        sa.Column("print", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("begun_at", db.base.Moment(timezone=True), nullable=False),
        sa.Column("arrived_at", db.base.Moment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["link_id"], ["upload_links.id"], name=op.f("fk_coming_files_link_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coming_files")),
        sa.UniqueConstraint("link_id", "print", name=op.f("uq_coming_files_link_id_print")),
    )


def downgrade() -> None:
    op.drop_table("coming_files")
    op.drop_table("upload_links")
