"""What follows from the ratings of a round. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from app.psychometrics import Estimate
from app.psychometrics.numerics import t_quantile
from app.psychometrics.standard_setting import AngoffCut, CompromiseCut, angoff, beuk, hofstee
from app.review.angoff.types import Compromise, Judge
from app.review.shown import Figure, counted, figure

ONE_MIND: Final = (
    "semua juri sependapat, tidak ada yang perlu dikompromikan",
    "the judges are of one mind: nothing to compromise",
)
BESIDE: Final = (
    "keinginan juri tidak cocok dengan nilai peserta; panel perlu membahas mana yang mengalah",
    "the judges' wishes do not fit the candidates' scores; the panel must say which gives way",
)
Ratings = Mapping[UUID, Mapping[UUID, int]]  # judge → item → percent


def outcome(judges: Sequence[Judge], items: Sequence[UUID], ratings: Ratings) -> dict[str, Any]:
    """As it is frozen. `judges`: those who were done with the round."""
    table = np.array([[ratings[judge.person_id][item] for item in items] for judge in judges], dtype=float)
    found = angoff(table)
    return {
        "figures": _figures(found),
        "judges": [_judge(judge, found, at) for at, judge in enumerate(judges)],
        "items": {str(item): _item(table[:, at]) for at, item in enumerate(items)},
    }


def compromises(
    judges: Sequence[Judge], scores: Sequence[int], max_score: int
) -> tuple[list[Figure], dict[str, int] | None]:
    """Beuk's and Hofstee's cut, and the means that they start from; `scores`: of past candidates."""
    told = [judge.compromise for judge in judges if judge.compromise is not None]
    columns = {name: [getattr(one, name) for one in told] for name in Compromise.__dataclass_fields__}
    nobody = (
        "belum ada nilai peserta dari kajian yang sudah dihitung",
        "no computed review holds candidates' scores yet",
    )
    if not told or not scores:
        return [figure("angoff-beuk", None, reason=nobody), figure("angoff-hofstee", None, reason=nobody)], None
    by_beuk = beuk(columns["minimum"], columns["pass_percent"], scores, max_score=max_score)
    low, high, few, many = (columns[name] for name in ("min_cut", "max_cut", "min_fail", "max_fail"))
    by_hofstee = hofstee(low, high, few, many, scores, max_score=max_score)
    figures = [
        _compromise("angoff-beuk", by_beuk, ONE_MIND if _of_one_mind(told) else BESIDE),
        _compromise("angoff-hofstee", by_hofstee, BESIDE),
    ]
    return figures, {name: round(float(np.mean(values))) for name, values in columns.items()}


def judged_share(ratings: Sequence[int]) -> tuple[float, float]:
    """Mean share and the standard error of the mean, of one item."""
    shares = np.array(ratings, dtype=float) / 100
    return float(shares.mean()), float(shares.std(ddof=1) / np.sqrt(len(shares)))


def _figures(found: AngoffCut) -> list[Figure]:
    return [
        figure("angoff-cut", _with_interval(found)),
        _share("angoff-se-judges", found.se_judges, found.n_used),
        _share("angoff-se-fixed", found.se_items_fixed, found.n_used),
        _share("angoff-se-random", found.se_items_random, found.n_used),
        counted("angoff-judges", found.n_used),
        counted("angoff-items", found.n_items),
    ]


def _with_interval(found: AngoffCut) -> Estimate:
    """Student's law, since the spread is known from these few judges alone."""
    assert found.cut is not None
    assert found.se_judges is not None
    half = t_quantile(0.975, found.n_used - 1) * found.se_judges
    low, high = max(0.0, found.cut - half), min(100.0, found.cut + half)
    return Estimate(found.cut, found.n_used, se=found.se_judges, low=low, high=high)


def _judge(judge: Judge, found: AngoffCut, at: int) -> dict[str, Any]:
    one = found.judges[at]
    flat = ("juri ini atau juri lain menilai semua soal sama", "this judge or the others rated all items alike")
    return {
        "person_id": str(judge.person_id),
        "name": judge.name,
        "expertise": judge.expertise,
        "figures": [
            figure("angoff-judge-mean", one.mean, n=found.n_items),
            figure("angoff-judge-severity", one.deviation, n=found.n_items),
            figure("angoff-judge-agreement", one.agreement, n=found.n_items, reason=flat),
            figure("angoff-judge-distance", one.distance, n=found.n_items),
        ],
    }


def _item(ratings: NDArray[np.float64]) -> dict[str, Any]:
    """The spread of the group, without saying who said what."""
    return {
        "mean": figure("angoff-item-mean", float(ratings.mean()), n=len(ratings)),
        "least": int(ratings.min()),
        "most": int(ratings.max()),
    }


def _share(name: str, value: float | None, n: int) -> Figure:
    return figure(name, value, n=n, reason=("perlu sedikitnya 2 juri dan 2 soal", "2 judges and 2 items are needed"))


def _of_one_mind(told: Sequence[Compromise]) -> bool:
    return len({(one.minimum, one.pass_percent) for one in told}) == 1


def _compromise(name: str, found: CompromiseCut, reason: tuple[str, str]) -> Figure:
    return figure(name, found.cut, n=found.n_candidates, reason=reason)


def compared(cut: Figure, mark: int, max_score: int) -> dict[str, str]:
    """The panel's cut beside the scheme's pass mark, and what that does not mean."""
    percent = 100 * mark / max_score
    inside = cut["low"] is not None and cut["high"] is not None and cut["low"] <= percent <= cut["high"]
    where_id = "di dalam selang panel: keduanya tidak dapat dibedakan" if inside else "di luar selang panel"
    where_en = "inside the panel's interval: the two cannot be told apart" if inside else "outside the panel's interval"
    return {
        "text_id": (
            f"Panel mengusulkan {cut['text_id']} ({cut['range_id']}); batas lulus skema {mark}, {where_id}. "
            f"{mark} ditetapkan skema (9.3.2); hasil panel = bahan usulan revisi skema, tidak mengubah kelulusan."
        ),
        "text_en": (
            f"The panel proposes {cut['text_en']} ({cut['range_en']}); the scheme's pass mark is {mark}, {where_en}. "
            f"{mark} is set by the scheme (9.3.2); the panel's result may support a revision of the scheme and changes no result."
        ),
    }
