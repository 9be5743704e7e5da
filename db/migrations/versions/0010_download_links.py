"""Links by which files go out where a channel does not carry them"""

import sqlalchemy as sa
from alembic import op

import db.base

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "download_links",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("created_at", db.base.Moment(timezone=True), nullable=False),
        sa.Column("expires_at", db.base.Moment(timezone=True), nullable=False),
        sa.Column("revoked_at", db.base.Moment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_download_links_contact_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_download_links_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_download_links")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_download_links_token_hash")),
    )
    op.create_index(op.f("ix_download_links_person_id"), "download_links", ["person_id"])
    op.add_column("deliveries", sa.Column("file_token", sa.String(length=64), nullable=True))


def downgrade() -> None:
    op.drop_column("deliveries", "file_token")
    op.drop_index(op.f("ix_download_links_person_id"), "download_links")
    op.drop_table("download_links")
