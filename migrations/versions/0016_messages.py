"""Messages: announcements, letters, deliveries, templates, choices; what an application's events were told for.

Revision ID: 0016
Revises: 0015
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
TOLD = sa.text("state = 'TOLD'")
UNREAD = sa.text("read_at IS NULL")
OPEN = sa.text("state IN ('WAITING', 'SENDING')")
CHANNELS = "channel IN ('IN_APP', 'EMAIL', 'SMS', 'CHAT')"
UNTOLD = sa.text(
    "told_at IS NULL AND kind IN ('submitted', 'resubmitted', 'returned', 'approved', 'rejected', 'paid', "
    "'recalled', 'recall_refused', 'urged', 'opinion_asked', 'opinion_given', 'copied', 'transferred', 'drawn', "
    "'reminded', 'overdue', 'escalated')"
)


def upgrade() -> None:
    """Nobody is told of what happened before."""
    op.add_column("application_events", sa.Column("told_at", MOMENT, nullable=True))
    op.execute("UPDATE application_events SET told_at = at")
    op.create_index(
        "ix_application_events_untold", "application_events", ["id"], sqlite_where=UNTOLD, postgresql_where=UNTOLD
    )
    _announcements()
    _letters()
    _deliveries()
    _templates()
    _of_people()


def downgrade() -> None:
    for table in ("tours_seen", "message_habits", "message_choices", "message_templates", "deliveries", "letters"):
        op.drop_table(table)
    op.drop_table("announcements")
    op.drop_index("ix_application_events_untold", table_name="application_events")
    with op.batch_alter_table("application_events") as table:
        table.drop_column("told_at")


def _to(column: str, table: str, owner: str, *, on_removal: str = "RESTRICT") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_{owner}_{column}"), ondelete=on_removal)


def _text(name: str, length: int, *, empty: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=length), nullable=False, server_default="" if empty else None)


def _announcements() -> None:
    op.create_table(
        "announcements",
        sa.Column("id", KEY, nullable=False),
        _text("key", 160),
        _text("event", 40),
        sa.Column("people", sa.JSON(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("unit_id", KEY, nullable=True),
        _text("link", 200, empty=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("until", MOMENT, nullable=True),
        sa.Column("state", sa.String(length=10), server_default="TOLD", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        _text("problem", 300, empty=True),
        sa.Column("spread_at", MOMENT, nullable=True),
        sa.CheckConstraint("state IN ('TOLD', 'SPREAD', 'FAILED')", name=op.f("ck_announcements_state_known")),
        _to("unit_id", "units", "announcements"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_announcements")),
        sa.UniqueConstraint("key", name=op.f("uq_announcements_key")),
    )
    op.create_index("ix_announcements_told", "announcements", ["id"], sqlite_where=TOLD, postgresql_where=TOLD)
    op.create_index("ix_announcements_unit_id", "announcements", ["unit_id", "id"])


def _letters() -> None:
    op.create_table(
        "letters",
        sa.Column("id", KEY, nullable=False),
        sa.Column("announcement_id", KEY, nullable=False),
        sa.Column("account_id", KEY, nullable=False),
        _text("event", 40),
        _text("title_zh", 200),
        _text("title_en", 200),
        sa.Column("body_zh", sa.Text(), nullable=False),
        sa.Column("body_en", sa.Text(), nullable=False),
        _text("link", 200, empty=True),
        sa.Column("deadline", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("read_at", MOMENT, nullable=True),
        _to("announcement_id", "announcements", "letters"),
        _to("account_id", "accounts", "letters"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letters")),
        sa.UniqueConstraint("announcement_id", "account_id", name=op.f("uq_letters_announcement_id_account_id")),
    )
    op.create_index("ix_letters_account_id", "letters", ["account_id", "id"])
    op.create_index("ix_letters_unread", "letters", ["account_id"], sqlite_where=UNREAD, postgresql_where=UNREAD)


def _deliveries() -> None:
    op.create_table(
        "deliveries",
        sa.Column("id", KEY, nullable=False),
        _text("key", 240),
        _text("event", 40),
        sa.Column("announcement_id", KEY, nullable=True),
        sa.Column("account_id", KEY, nullable=True),
        sa.Column("unit_id", KEY, nullable=True),
        _text("channel", 10),
        _text("address", 200),
        _text("language", 12),
        _text("subject", 200),
        sa.Column("body", sa.Text(), nullable=False),
        _text("link", 200, empty=True),
        sa.Column("secret", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("gathers", sa.Boolean(), server_default="0", nullable=False),
        _text("state", 10),
        sa.Column("due", MOMENT, nullable=False),
        sa.Column("until", MOMENT, nullable=True),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        _text("lease", 40, empty=True),
        sa.Column("lease_until", MOMENT, nullable=True),
        sa.Column("problem", sa.JSON(none_as_null=True), nullable=True),
        _text("receipt", 200, empty=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("sent_at", MOMENT, nullable=True),
        sa.Column("digest_id", KEY, nullable=True),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(CHANNELS, name=op.f("ck_deliveries_channel_known")),
        sa.CheckConstraint(
            "state IN ('WAITING', 'SENDING', 'SENT', 'DEAD', 'GATHERED', 'DROPPED')",
            name=op.f("ck_deliveries_state_known"),
        ),
        sa.CheckConstraint(
            "(state = 'SENDING') = (lease_until IS NOT NULL)", name=op.f("ck_deliveries_sending_has_a_lease")
        ),
        sa.CheckConstraint("(state = 'SENT') = (sent_at IS NOT NULL)", name=op.f("ck_deliveries_sent_has_a_moment")),
        sa.CheckConstraint(
            "(state = 'GATHERED') = (digest_id IS NOT NULL)", name=op.f("ck_deliveries_gathered_has_a_digest")
        ),
        _to("announcement_id", "announcements", "deliveries"),
        _to("account_id", "accounts", "deliveries"),
        _to("unit_id", "units", "deliveries"),
        _to("digest_id", "deliveries", "deliveries"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
        sa.UniqueConstraint("key", name=op.f("uq_deliveries_key")),
    )
    op.create_index("ix_deliveries_open", "deliveries", ["due", "id"], sqlite_where=OPEN, postgresql_where=OPEN)
    op.create_index("ix_deliveries_state_id", "deliveries", ["state", "id"])
    op.create_index("ix_deliveries_account_id", "deliveries", ["account_id", "id"])
    op.create_index("ix_deliveries_unit_id", "deliveries", ["unit_id", "id"])


def _templates() -> None:
    op.create_table(
        "message_templates",
        sa.Column("id", KEY, nullable=False),
        _text("event", 40),
        sa.Column("version", sa.Integer(), nullable=False),
        _text("title_zh", 100),
        _text("title_en", 100),
        _text("body_zh", 1000),
        _text("body_en", 1000),
        _text("short_zh", 200),
        _text("short_en", 200),
        _text("note", 200, empty=True),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("made_by_id", KEY, nullable=True),
        sa.CheckConstraint("version >= 1", name=op.f("ck_message_templates_versions_begin_with_one")),
        _to("made_by_id", "accounts", "message_templates"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_templates")),
        sa.UniqueConstraint("event", "version", name=op.f("uq_message_templates_event_version")),
    )


def _of_people() -> None:
    op.create_table(
        "message_choices",
        sa.Column("id", KEY, nullable=False),
        sa.Column("account_id", KEY, nullable=False),
        _text("event", 40),
        _text("channel", 10),
        sa.Column("wanted", sa.Boolean(), nullable=False),
        sa.CheckConstraint(CHANNELS, name=op.f("ck_message_choices_channel_known")),
        _to("account_id", "accounts", "message_choices", on_removal="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_choices")),
        sa.UniqueConstraint("account_id", "event", "channel", name=op.f("uq_message_choices_account_id_event_channel")),
    )
    op.create_table(
        "message_habits",
        sa.Column("id", KEY, nullable=False),
        sa.Column("account_id", KEY, nullable=False),
        _text("email", 200, empty=True),
        _text("phone", 20, empty=True),
        _text("chat", 80, empty=True),
        sa.Column("quiet_from", sa.Integer(), nullable=True),
        sa.Column("quiet_to", sa.Integer(), nullable=True),
        sa.Column("digest_at", sa.Integer(), nullable=True),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "(quiet_from IS NULL) = (quiet_to IS NULL)", name=op.f("ck_message_habits_quiet_hours_are_whole")
        ),
        *(
            sa.CheckConstraint(
                f"{name} IS NULL OR {name} BETWEEN 0 AND 1439", name=op.f(f"ck_message_habits_{name}_is_a_minute")
            )
            for name in ("quiet_from", "quiet_to", "digest_at")
        ),
        _to("account_id", "accounts", "message_habits", on_removal="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_habits")),
        sa.UniqueConstraint("account_id", name=op.f("uq_message_habits_account_id")),
    )
    op.create_table(
        "tours_seen",
        sa.Column("id", KEY, nullable=False),
        sa.Column("account_id", KEY, nullable=False),
        _text("tour", 40),
        sa.Column("at", MOMENT, nullable=False),
        _to("account_id", "accounts", "tours_seen", on_removal="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tours_seen")),
        sa.UniqueConstraint("account_id", "tour", name=op.f("uq_tours_seen_account_id_tour")),
    )
