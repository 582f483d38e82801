"""Reference values of standard setting."""

from collections.abc import Callable
from typing import Any

from app import psychometrics as ps

from .data import DataSet

RATINGS, JUDGES, SCORES = "angoff_ratings.csv", "judges.csv", "_scores.csv"


def angoff(data: DataSet) -> ps.standard_setting.AngoffCut:
    rows = data.rows(RATINGS)
    items = [name for name in rows[0] if name != "judge"]
    return ps.standard_setting.angoff([[float(row[item]) for item in items] for row in rows])


def components(data: DataSet) -> list[float] | None:
    found = angoff(data).components
    return None if found is None else [found.judge, found.item, found.residual]


def beuk(data: DataSet) -> float | None:
    return ps.standard_setting.beuk(
        data.column(JUDGES, "min_pct"), data.column(JUDGES, "exp_pass"), data.column(SCORES, "score")
    ).cut


def hofstee(data: DataSet) -> float | None:
    return ps.standard_setting.hofstee(
        data.column(JUDGES, "kmin"),
        data.column(JUDGES, "kmax"),
        data.column(JUDGES, "fmin"),
        data.column(JUDGES, "fmax"),
        data.column(SCORES, "score"),
    ).cut


def bookmark(data: DataSet) -> list[float | None]:
    cut = ps.standard_setting.bookmark(data.column(JUDGES, "bookmark_theta"))
    return [cut.mean, cut.median, cut.se]


PRODUCERS: dict[str, Callable[[DataSet], Any]] = {
    "angoff.cut_pct": lambda data: angoff(data).cut,
    "angoff.gstudy_judge_item_resid": components,
    "angoff.judge_means": lambda data: [judge.mean for judge in angoff(data).judges],
    "angoff.se_gtheory_items_fixed": lambda data: angoff(data).se_items_fixed,
    "angoff.se_gtheory_items_random": lambda data: angoff(data).se_items_random,
    "angoff.se_judges": lambda data: angoff(data).se_judges,
    "beuk.cut": beuk,
    "bookmark.theta_mean_median_se": bookmark,
    "hofstee.cut": hofstee,
}
