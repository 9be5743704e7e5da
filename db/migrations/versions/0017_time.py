"""What time brings: urgency in four degrees, reminders people ask for, reports that come back, the days off of a year"""

import sqlalchemy as sa
from alembic import op

from db.base import Moment

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("directives", sa.Column("urgency", sa.Integer(), nullable=False, server_default="0"))
    op.execute("UPDATE directives SET urgency = 3 WHERE urgent")
    op.drop_column("directives", "urgent")
    op.create_table(
        "own_reminders",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("due_at", Moment(), nullable=False),
        sa.Column("words", sa.String(length=300), nullable=False),
        sa.Column("noted", sa.Boolean(), nullable=False),
        sa.Column("asked_at", Moment(), nullable=False),
        sa.Column("done_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_own_reminders_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_own_reminders")),
    )
    op.create_index(op.f("ix_own_reminders_person_id"), "own_reminders", ["person_id"])
    waiting = sa.text("done_at IS NULL")
    op.create_index(
        "ix_own_reminders_waiting", "own_reminders", ["due_at"], sqlite_where=waiting, postgresql_where=waiting
    )
    op.create_table(
        "series",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("collector_id", sa.Integer(), nullable=False),
        sa.Column("recurrence", sa.String(length=100), nullable=False),
        sa.Column("words", sa.String(length=200), nullable=False),
        sa.Column("calendar", sa.Boolean(), nullable=False),
        sa.Column("next_on", sa.Date(), nullable=False),
        sa.Column("began_at", Moment(), nullable=True),
        sa.Column("proposed_at", Moment(), nullable=True),
        sa.Column("stopped_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name=op.f("fk_series_task_id")),
        sa.ForeignKeyConstraint(["collector_id"], ["offices.id"], name=op.f("fk_series_collector_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_series")),
        sa.UniqueConstraint("task_id", name=op.f("uq_series_task_id")),
    )
    op.create_index(op.f("ix_series_collector_id"), "series", ["collector_id"])
    op.create_table(
        "days_off",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=60), nullable=True),
        sa.Column("set_by", sa.Integer(), nullable=False),
        sa.Column("set_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["set_by"], ["people.id"], name=op.f("fk_days_off_set_by")),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_days_off")),
    )
    with op.batch_alter_table("tasks") as tasks:
        tasks.add_column(sa.Column("previous_id", sa.Integer(), nullable=True))
        tasks.create_foreign_key(op.f("fk_tasks_previous_id"), "tasks", ["previous_id"], ["id"])


def downgrade() -> None:
    with op.batch_alter_table("tasks") as tasks:
        tasks.drop_constraint(op.f("fk_tasks_previous_id"), type_="foreignkey")
        tasks.drop_column("previous_id")
    op.drop_table("days_off")
    op.drop_index(op.f("ix_series_collector_id"), "series")
    op.drop_table("series")
    op.drop_index("ix_own_reminders_waiting", "own_reminders")
    op.drop_index(op.f("ix_own_reminders_person_id"), "own_reminders")
    op.drop_table("own_reminders")
    op.add_column("directives", sa.Column("urgent", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute(sa.text("UPDATE directives SET urgent = true WHERE urgency = 3"))
    op.drop_column("directives", "urgency")
