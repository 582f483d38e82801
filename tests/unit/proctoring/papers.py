"""Facts of papers, made by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from app.assembly import Certificate, certify
from app.delivery import Admission, AttemptState, Course, Sitting, SittingState, Takeover
from app.proctoring.papers.types import GrantFacts, Kind, Print, RoomFacts, SittingFacts
from app.schemes import Criterion, SchemeVersion, Unit
from tests.unit.assembly.certified import BLUEPRINT, GROUNDS, KUKS, every, make_plan, make_pool, settings_of, target_of

OPENS = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)
STARTED = datetime(2026, 11, 21, 1, 2, 11, 900_000, tzinfo=UTC)
DURATION = 7200
ANNA = UUID(int=101)
TRANSMISSION = GrantFacts("transmission", 10, "on the way", None, OPENS)


def make_sitting(zone: str = "Asia/Jakarta", **changes: str) -> Sitting:
    return Sitting(
        id=UUID(int=1),
        code="TUK-1",
        title=changes.get("title", "Ujian sertifikasi"),
        scheme_version_id=uuid4(),
        zone=zone,
        mode="daring",
        opens_at=OPENS,
        closes_at=OPENS + timedelta(hours=3),
        late_after=OPENS + timedelta(minutes=15),
        duration_seconds=DURATION,
        transmission_seconds=10,
        admission=Admission.PROCTOR,
        takeover=Takeover.PROCTOR,
        state=SittingState.OPEN,
        token=None,
        token_expires_at=None,
        results_released_at=None,
        place=None,
        address=None,
        map_url=None,
    )


def make_course(
    name: str = "Sari Dewi",
    *,
    number: str = "MMU-26-00001",
    state: AttemptState = AttemptState.SUBMITTED,
    added: int = 10,
    paused_at: datetime | None = None,
) -> Course:
    """A candidate whose deadline was moved by so many seconds."""
    started = None if state in (AttemptState.ASSIGNED, AttemptState.ADMITTED) else STARTED
    return Course(
        roster_id=uuid4(),
        number=number,
        name=name,
        room_id=None,
        seat="01",
        attempt_id=uuid4(),
        state=state,
        admitted_at=OPENS,
        started_at=started,
        closes_at=started and started + timedelta(seconds=DURATION + added),
        paused_at=paused_at,
        submitted_at=started and started + timedelta(minutes=90),
        submit_reason="candidate" if state is AttemptState.SUBMITTED else None,
    )


def make_grant(kind: str, seconds: int, reason: str = "listrik padam") -> GrantFacts:
    return GrantFacts(kind, seconds, reason, "Budi Hartono", STARTED + timedelta(minutes=40))


def make_facts(*courses: Course, sitting: Sitting | None = None) -> SittingFacts:
    body = "Lembaga Sertifikasi Profesi Teknik Manajemen Industri"
    room = RoomFacts("", ("Budi Hartono",), courses)
    return SittingFacts(body, "Manajer Mutu", sitting or make_sitting(), ("Budi Hartono",), (room,))


def make_print(kind: Kind) -> Print:
    return Print("K7QX31MV0ZTP", kind, UUID(int=1), "ab" * 32, OPENS)


def make_scheme() -> SchemeVersion:
    criteria = tuple(Criterion(kuk, "Elemen", f"Kriteria {kuk}") for kuk in KUKS)
    return SchemeVersion(
        id=UUID(int=2),
        code="MMu",
        version_no=3,
        title="Manajer Mutu",
        units=(Unit("MM 1", "Unit", criteria),),
        exam=None,
        items_per_kuk=dict.fromkeys(KUKS, 5),
        content={"body": {"name": "Lembaga Sertifikasi Profesi Teknik Manajemen Industri"}},
        content_hash="c0" * 32,
    )


def make_certificate(forms: int = 4) -> Certificate:
    """Of so many `forms` that take turns with a quarter of the pool, and of one reserved form."""
    pool = make_pool()
    plan = make_plan(*(every(4, number % 4, pool) for number in range(forms)), every(4, 0, pool), reserved=[[ANNA]])
    seen = {ANNA: frozenset(every(20, 0, pool) + every(4, 1, pool)[:1])}
    return certify(
        plan,
        pool,
        BLUEPRINT,
        target_of(tolerance=1.0),
        settings_of(forms),
        grounds=GROUNDS,
        seed=b"s" * 32,
        earlier=seen,
    )
