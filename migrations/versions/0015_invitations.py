"""Where a sitting is held, and the template of invitations with its first text.

Expand, backfill, contract: the running release must keep working while this runs. No imports from `app`.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0015"
down_revision = "0014"
compatible_since = "0001"  # it only adds

# A line about something that is not known of the sitting is left out.
FIRST = {
    "id": """Yth. $name,

Anda terdaftar sebagai peserta ujian berikut:

Ujian: $title
Hari, tanggal: $date
Mulai: $time
Paling lambat mulai: $latest
Lama ujian: $minutes menit
Tempat: $place
Ruang: $room
Kursi: $seat
Alamat: $address
Peta: $map
Nomor peserta: $number

Bawalah KTP asli dan kartu peserta. PIN hanya tertulis pada kartu peserta; kami tidak pernah menanyakannya.
Datanglah 30 menit sebelum mulai untuk pemeriksaan identitas. Peserta yang terlambat masih dapat mulai sampai batas di atas dengan waktu penuh; sesudah itu ujian tidak dapat dimulai.
Latihan dengan tampilan yang sama: $practice""",
    "en": """Dear $name,

You are registered for this exam:

Exam: $title
Date: $date
Start: $time
Latest start: $latest
Length: $minutes minutes
Place: $place
Room: $room
Seat: $seat
Address: $address
Map: $map
Participant number: $number

Bring your identity card (KTP) and your participant card. Your PIN stands on that card only; we never ask for it.
Come 30 minutes before the start for the identity check. Who is late may still start, with the full time, until the latest start above; after that the exam cannot be started.
Practice on the same screens: $practice""",
}


def upgrade() -> None:
    for column in ("place", "address", "map_url"):
        op.add_column("sittings", sa.Column(column, sa.Text(), nullable=True))
    templates = op.create_table(
        "invitation_templates",
        sa.Column("version", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("texts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "valid_from", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_invitation_templates")),
    )
    op.bulk_insert(templates, [{"version": 1, "texts": FIRST}])
    op.execute("GRANT SELECT, INSERT ON invitation_templates TO sahih_app")
