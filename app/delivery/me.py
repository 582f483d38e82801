"""What a candidate's page asks for first, and whenever something changed: who, which sitting, how far. One statement."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from app.core.clock import maybe_rfc3339, rfc3339
from app.core.errors import NotFound
from app.delivery import deadlines, rules
from app.delivery.hot import messages
from app.delivery.papers import PATH, readable
from app.delivery.rows import clock_of
from app.delivery.seb.rules import mark_of
from app.delivery.types import AttemptState

# By number: that is all that a candidate has typed. Everything else hangs on the sitting of that line of the roster. An attempt
# that is void is shown as such where there is no other: whoever is told no also learns why.
ME = """
    SELECT r.number, r.name, {agreed_at} AS agreed_at, clock_timestamp() AS at, r.sitting_id,
           s.code, s.title, s.zone, s.opens_at, s.closes_at AS window_closes_at, s.duration_seconds,
           s.transmission_seconds, s.admission, s.takeover, s.results_released_at,
           v.content ->> 'code' AS scheme_code, v.content ->> 'title' AS scheme_title,
           v.content -> 'exam' ->> 'lang' AS lang, (v.content -> 'exam' ->> 'options')::int AS options,
           (v.content -> 'exam' ->> 'pass_mark')::int AS pass_mark,
           a.id, a.state, a.n_items, a.started_at, {closes_at} AS closes_at, a.resumes_at, a.epoch, a.rev,
           a.device_sha256 IS NOT NULL AS claimed, p.name AS paper, q.config_key AS seb_key,
           ARRAY(SELECT proctor.name FROM sitting_staff staff JOIN people proctor ON proctor.id = staff.person_id
                 WHERE staff.sitting_id = s.id ORDER BY proctor.name) AS proctors
    FROM roster r
    JOIN sittings s ON s.id = r.sitting_id
    JOIN scheme_versions v ON v.id = s.scheme_version_id
    JOIN LATERAL (SELECT * FROM attempts WHERE sitting_id = r.sitting_id AND roster_id = r.id
                  ORDER BY state = 'void' LIMIT 1) a ON true
    LEFT JOIN sitting_seb q ON q.sitting_id = r.sitting_id AND q.required
    LEFT JOIN papers p ON p.sitting_id = a.sitting_id AND p.attempt_id = a.id
    WHERE r.number = $1
"""
READ_ME = ME.format(agreed_at="r.agreed_at", closes_at=deadlines.deadline_now())

AGREE = """
    WITH agreed AS (
        UPDATE roster r SET agreed_at = clock_timestamp(), agreed_version = $2
        FROM attempts a
        WHERE r.number = $1 AND r.agreed_at IS NULL AND a.sitting_id = r.sitting_id AND a.roster_id = r.id AND a.state <> 'void'
        RETURNING a.sitting_id, a.id, r.number, r.agreed_at
    ), entry AS (
        INSERT INTO journal (action, subject, subject_id, sitting_id, facts)
        SELECT 'pledge.made', 'attempt', id::text, sitting_id, jsonb_build_object('number', number, 'version', $2::text) FROM agreed
    )
"""
AGREE_AND_READ = AGREE + ME.format(
    agreed_at="coalesce(r.agreed_at, (SELECT agreed_at FROM agreed))",
    closes_at=deadlines.deadline_now(),
)


async def find_me(connection: Any, number: str) -> Any:
    """The row behind `me_of`. Raises NotFound where the number has no attempt."""
    return _found(await connection.fetchrow(READ_ME, number))


async def agree(connection: Any, number: str) -> Any:
    """Record that the candidate confirmed their details and made the pledge; the first time counts. Returns and raises as
    `find_me`."""
    row = _found(await connection.fetchrow(AGREE_AND_READ, number, rules.STATEMENT_VERSION))
    # Agreed at the same moment by another tab, after this statement's snapshot was taken.
    return row if row["agreed_at"] else await find_me(connection, number)


def _found(row: Any) -> Any:
    if row is None:
        raise NotFound("this participant number has no attempt in a prepared sitting")
    return row


def me_of(row: Any, session_id: UUID) -> messages.Me:
    """Everything a page shows before the first question."""
    return messages.Me(
        number=row["number"],
        name=row["name"],
        server_time=rfc3339(row["at"]),
        sitting=_sitting(row),
        attempt=_attempt(row),
        seb=mark_of(session_id) if row["seb_key"] else None,
    )


def _sitting(row: Any) -> messages.SittingOut:
    return messages.SittingOut(
        code=row["code"],
        title=row["title"],
        scheme_code=row["scheme_code"],
        scheme_title=row["scheme_title"],
        zone=row["zone"],
        opens_at=rfc3339(row["opens_at"]),
        closes_at=rfc3339(row["window_closes_at"]),
        duration_seconds=row["duration_seconds"],
        transmission_seconds=row["transmission_seconds"],
        items=row["n_items"],
        options=row["options"],
        pass_mark=row["pass_mark"],
        admission=row["admission"],
        takeover=row["takeover"],
        lang=row["lang"],
        proctors=row["proctors"],
    )


def _attempt(row: Any) -> messages.AttemptOut:
    state = AttemptState(row["state"])
    current = rules.phase(clock_of(row), row["at"])
    return messages.AttemptOut(
        id=str(row["id"]),
        state=state,
        phase=current.phase,
        phase_ends_at=maybe_rfc3339(current.ends_at),
        agreed_at=maybe_rfc3339(row["agreed_at"]),
        started_at=maybe_rfc3339(row["started_at"]),
        closes_at=maybe_rfc3339(row["closes_at"]),
        epoch=row["epoch"],
        rev=row["rev"],
        claimed=row["claimed"],
        released=row["results_released_at"] is not None and state is AttemptState.SUBMITTED,
        paper=PATH + row["paper"] if row["paper"] and readable(state) else None,
    )
