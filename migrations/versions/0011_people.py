"""People and papers: log-ins that a proctor opened, undertakings and their first texts.

Expand, backfill, contract: the running release must keep working while this runs. No imports from `app`.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
compatible_since = "0001"  # it only adds


CONFIDENTIALITY = {
    "id": """Saya menyatakan bahwa saya:
1. menjaga kerahasiaan soal, kunci jawaban, jawaban, nilai, dan data pribadi peserta yang saya ketahui karena tugas saya, juga sesudah tugas itu berakhir;
2. tidak menyalin, memotret, menyimpan, atau menyebarkan soal dan kunci jawaban, dan tidak membicarakannya dengan orang yang tidak berwenang;
3. hanya memakai akun saya sendiri dan tidak meminjamkannya kepada siapa pun;
4. segera melapor kepada LSP bila mengetahui atau menduga ada kebocoran.
Bila saya melanggarnya, LSP dapat mencabut penugasan saya dan menempuh tindakan menurut peraturan yang berlaku.""",
    "en": """I declare that I:
1. keep confidential the questions, keys, answers, scores and personal data of candidates that I learn of through my duty, also after it has ended;
2. do not copy, photograph, keep or pass on questions and keys, nor talk about them with anybody who is not entitled to know;
3. use my own account only, and lend it to nobody;
4. report to the certification body at once when I know or suspect a leak.
If I break this, the certification body may end my assignment and take action under the law in force.""",
}
CONFLICT_OF_INTEREST = {
    "id": """Saya menyatakan bahwa saya:
1. bertindak tidak memihak dan tidak menerima imbalan dari peserta atau pihak lain yang berkepentingan;
2. memberitahukan kepada LSP, sebelum bertugas, setiap peserta yang merupakan keluarga, atasan, bawahan, atau rekan usaha saya, atau yang pernah saya latih, dan tidak menangani peserta itu;
3. segera memberitahukan benturan kepentingan yang timbul kemudian, lalu mundur dari tugas yang bersangkutan;
4. tidak ikut memutuskan perkara yang saya tangani atau saksikan sendiri.""",
    "en": """I declare that I:
1. act impartially and take nothing from candidates or others who have an interest in the outcome;
2. tell the certification body, before my duty, of every candidate who is my relative, superior, subordinate or business partner, or whom I trained, and do not deal with that candidate;
3. tell at once of a conflict of interest that arises later, and step back from the duty it concerns;
4. take no part in deciding a matter that I dealt with or witnessed myself.""",
}


def upgrade() -> None:
    _create_openings()
    _create_undertakings()


def _create_openings() -> None:
    op.create_table(
        "log_in_openings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("opened_by", sa.Uuid(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["opened_by"], ["people.id"], name=op.f("fk_log_in_openings_opened_by_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_in_openings")),
    )
    op.create_index("ix_log_in_openings_number_until", "log_in_openings", ["number", "until"], unique=False)
    op.execute("GRANT SELECT, INSERT ON log_in_openings TO sahih_app")
    # The candidates' log-in sees that one is open, not who opened it.
    op.execute("GRANT SELECT (number, until) ON log_in_openings TO sahih_exam")


def _create_undertakings() -> None:
    texts = op.create_table(
        "undertaking_texts",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("version", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("texts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("life_days", sa.Integer(), server_default="365", nullable=False),
        sa.Column(
            "valid_from", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.PrimaryKeyConstraint("kind", "version", name=op.f("pk_undertaking_texts")),
    )
    op.create_table(
        "undertakings",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("version", sa.SmallInteger(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["kind", "version"],
            ["undertaking_texts.kind", "undertaking_texts.version"],
            name=op.f("fk_undertakings_kind_version_undertaking_texts"),
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_undertakings_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_undertakings")),
    )
    op.create_index("ix_undertakings_person_id_kind", "undertakings", ["person_id", "kind", "id"], unique=False)
    first = (("confidentiality", CONFIDENTIALITY), ("conflict-of-interest", CONFLICT_OF_INTEREST))
    op.bulk_insert(texts, [{"kind": kind, "version": 1, "texts": words} for kind, words in first])
    for table in ("undertaking_texts", "undertakings"):
        op.execute(f"GRANT SELECT, INSERT ON {table} TO sahih_app")
