"""What the routes of panels take, and the shapes they answer in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from app.core.clock import maybe_rfc3339, rfc3339
from app.core.web import Payload
from app.review.angoff import rules
from app.review.angoff.types import Compromise, Judge, NewJudge, Panel, PanelItem, State
from app.review.shown import figure
from app.schemes import SchemeVersion

Percent = Annotated[int, Field(strict=True, ge=0, le=100)]
Points = Annotated[int, Field(strict=True, ge=0, le=1000)]


class JudgeBody(Payload):
    person_id: UUID
    expertise: Annotated[str, StringConstraints(min_length=2, max_length=200)]


class PanelBody(Payload):
    scheme: Annotated[str, StringConstraints(min_length=1, max_length=40)]
    title: Annotated[str, StringConstraints(min_length=3, max_length=120)]
    items: Annotated[list[UUID], Field(min_length=2, max_length=rules.MOST_ITEMS)]
    judges: Annotated[list[JudgeBody], Field(min_length=rules.LEAST_JUDGES, max_length=30)]

    def chosen(self) -> list[NewJudge]:
        return [NewJudge(one.person_id, one.expertise) for one in self.judges]


class RatingsBody(Payload):
    percents: Annotated[dict[UUID, Percent], Field(min_length=1, max_length=rules.MOST_ITEMS)]


class CompromiseBody(Payload):
    minimum: Points
    pass_percent: Percent
    min_cut: Points
    max_cut: Points
    min_fail: Percent
    max_fail: Percent


class DoneBody(Payload):
    """`compromise` belongs to the last round."""

    compromise: CompromiseBody | None = None

    def read(self) -> Compromise | None:
        return Compromise(**self.compromise.model_dump()) if self.compromise else None


class MoveBody(Payload):
    to: Literal[State.FEEDBACK, State.ROUND_2, State.CLOSED, State.WITHDRAWN]


def panel_row(panel: Panel, person_id: UUID) -> dict[str, Any]:
    judge = panel.judge(person_id)
    return {
        "id": str(panel.id),
        "title": panel.title,
        "state": panel.state,
        "items": len(panel.items),
        "judges": len(panel.judges),
        "made_at": rfc3339(panel.made_at),
        "closed_at": maybe_rfc3339(panel.closed_at),
        "waits_for_me": judge is not None and _may_rate(panel, judge),
    }


def choice_row(item: PanelItem) -> dict[str, Any]:
    return {"version_id": str(item.version_id), "code": item.code, "kuk": item.kuk, "n": item.n}


def panel_view(
    panel: Panel,
    scheme: SchemeVersion,
    items: Sequence[PanelItem],
    own: Mapping[int, Mapping[UUID, int]],
    rated: Mapping[UUID, int],
    *,
    person_id: UUID,
    leads: bool,
) -> dict[str, Any]:
    """`own`: by round what this person rated; `rated`: how many items each judge has rated in the open round."""
    judge = panel.judge(person_id)
    last = panel.results.get("2") or panel.results.get("1")
    return panel_row(panel, person_id) | {
        "scheme": {"code": scheme.code, "title": scheme.title},
        "pass_mark": scheme.exam.pass_mark if scheme.exam else None,
        "max_score": scheme.exam.max_score if scheme.exam else None,
        "few_judges": len(panel.judges) < rules.WISE_JUDGES,
        "round": rules.open_round(panel.state),
        "leads": leads,
        "me": None if judge is None else _me(panel, judge),
        "judges": [_judge_row(one, rated.get(one.person_id, 0)) for one in panel.judges],
        "items": [_item_row(item, own, last, frozen=bool(panel.results)) for item in items],
        "results": {no: _result(found, person_id, leads=leads) for no, found in panel.results.items()},
    }


def _may_rate(panel: Panel, judge: Judge) -> bool:
    round_no = rules.open_round(panel.state)
    earlier = round_no is not None and judge in rules.counted(panel.judges, round_no - 1)
    return earlier and round_no not in judge.done_rounds


def _me(panel: Panel, judge: Judge) -> dict[str, Any]:
    compromise = judge.compromise.as_json() if judge.compromise else None
    return {"may_rate": _may_rate(panel, judge), "done_rounds": sorted(judge.done_rounds), "compromise": compromise}


def _judge_row(judge: Judge, rated: int) -> dict[str, Any]:
    return {
        "name": judge.name,
        "expertise": judge.expertise,
        "done_rounds": sorted(judge.done_rounds),
        "rated": rated,
    }


def _item_row(
    item: PanelItem, own: Mapping[int, Mapping[UUID, int]], last: Mapping[str, Any] | None, *, frozen: bool
) -> dict[str, Any]:
    """What candidates did is told with the group's spread, not before: it would lead the first round."""
    nobody = ("belum ada peserta yang mengerjakannya", "no candidate has had it yet")
    return {
        "version_id": str(item.version_id),
        "code": item.code,
        "kuk": item.kuk,
        "own": {str(no): percents.get(item.version_id) for no, percents in own.items()},
        "group": last["items"].get(str(item.version_id)) if last else None,
        "observed": figure("angoff-observed", item.right, n=item.n, reason=nobody) if frozen else None,
    }


def _result(found: Mapping[str, Any], person_id: UUID, *, leads: bool) -> dict[str, Any]:
    """Of the judges each sees how they themselves stand; all of them only whoever leads the panel."""
    judges = [one for one in found["judges"] if leads or one["person_id"] == str(person_id)]
    return {
        "figures": found["figures"],
        "judges": judges,
        "comparison": found.get("comparison"),
        "compromise": found.get("compromise", []),
    }
