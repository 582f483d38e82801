"""The candidate's own result, after the release: one statement, since a whole room reads at once."""

from __future__ import annotations

import msgspec
from msgspec import Struct

from app import delivery
from app.core.access import Permission
from app.core.clock import maybe_rfc3339, rfc3339
from app.core.pool import connection
from app.delivery import Call, hot_route
from app.grading.errors import NotReleased, ResultWithheld

# The views hold released scores, and how far a rescue file is; they are all that the candidates' log-in may read.
OWN_RESULT = """
    SELECT p.score, p.max_score, p.pass_mark, p.recommendation, p.units, p.released_at,
           CASE WHEN cardinality(p.corrections) > 0 AND p.scored_at > p.released_at THEN p.scored_at END AS recounted_at,
           a.answered, a.n_items, a.submitted_at, a.submit_reason, a.receipt_sha256,
           r.state AS rescue_state, r.added AS rescue_added, r.receipt_sha256 AS rescue_sha256
    FROM released_scores p
    JOIN attempts a ON a.sitting_id = p.sitting_id AND a.id = p.attempt_id
    LEFT JOIN LATERAL (
        SELECT state, added, receipt_sha256 FROM rescue_receipts
        WHERE sitting_id = $1 AND attempt_id = $2 ORDER BY state = 'approved' DESC, uploaded_at DESC LIMIT 1) r ON true
    WHERE p.sitting_id = $1 AND p.attempt_id = $2
"""
# Known before the release, too: the candidate may have something to say.
WITHHELD = "SELECT EXISTS (SELECT FROM withheld_results WHERE sitting_id = $1 AND attempt_id = $2)"


class UnitOut(Struct, frozen=True):
    code: str
    title: str
    correct: int
    items: int


class RescueOut(Struct, frozen=True):
    """What became of the candidate's rescue file; approved, how many answers it added and the code of the second receipt."""

    state: str
    added: int
    code: str | None
    hash: str | None


class ResultOut(Struct, frozen=True):
    """`recounted_at`: when a correction of a key made another score of it, after it was out; that is never a lower one."""

    score: int
    max_score: int
    pass_mark: int
    recommendation: str
    units: list[UnitOut]
    receipt: delivery.ReceiptOut | None
    rescue: RescueOut | None
    released_at: str
    recounted_at: str | None


@hot_route("/api/exam/result", "examResult", Permission.RESULT_READ_OWN, None, ResultOut)
async def result(call: Call) -> ResultOut:
    async with connection(call.desk.pool) as held:
        row = await held.fetchrow(OWN_RESULT, call.seat.sitting_id, call.seat.attempt_id)
        withheld = row is None and await held.fetchval(WITHHELD, call.seat.sitting_id, call.seat.attempt_id)
    if withheld:
        raise ResultWithheld
    if row is None:
        raise NotReleased
    sha256 = row["rescue_sha256"]
    code = delivery.receipt_code(sha256) if sha256 else None
    return ResultOut(
        score=row["score"],
        max_score=row["max_score"],
        pass_mark=row["pass_mark"],
        recommendation=row["recommendation"],
        units=msgspec.json.decode(row["units"], type=list[UnitOut]),
        receipt=delivery.receipt_out(delivery.receipt_of(row)),
        rescue=RescueOut(row["rescue_state"], row["rescue_added"], code, sha256) if row["rescue_state"] else None,
        released_at=rfc3339(row["released_at"]),
        recounted_at=maybe_rfc3339(row["recounted_at"]),
    )
