"""Reference values of equating, linking and the selection of items."""

import itertools
import re
from collections.abc import Callable
from typing import Any

from app import psychometrics as ps
from app.psychometrics import numerics, selection

from .data import DataSet

eq = ps.equating


def counts(data: DataSet, column: str) -> eq.FormScores:
    return eq.FormScores.from_counts(data.column(".csv", column))


def new_form(data: DataSet) -> eq.FormScores:
    return counts(data, "xcount")


def old_form(data: DataSet) -> eq.FormScores:
    return counts(data, "ycount")


def named(row: dict[str, str], *names: str) -> str | None:
    """The name of the column of a row that is called one of these."""
    return next((column for column in row if column.lower() in names), None)


def whole(text: str) -> int:
    return int(float(text))


def scored_rows(data: DataSet, form: str) -> list[tuple[int, int]]:
    """Raw and anchor score of each candidate of a form: of its own file, or of the rows that name it."""
    own = next((name for name in data.files if name.lower().endswith(f"{form}.csv")), ".csv")
    scores: list[tuple[int, int]] = []
    for row in data.rows(own):
        of_form = named(row, "form", "test", "group")
        if of_form and row[of_form].lower()[-1] not in (form, {"x": "1", "y": "2"}[form]):
            continue
        total, anchor = named(row, "total", "score", "scale", "raw", form), named(row, "anchor", "v", f"{form}v")
        count = named(row, f"{form}count", "count", "freq", "n")
        if total and anchor:
            scores.extend(itertools.repeat((whole(row[total]), whole(row[anchor])), whole(row[count]) if count else 1))
    return scores


def with_anchor(data: DataSet) -> tuple[eq.FormScores, eq.FormScores] | None:
    """The scores of both forms with those of the anchor, up to the highest that is told or seen."""
    of_x, of_y = scored_rows(data, "x"), scored_rows(data, "y")
    if not (of_x and of_y):
        return None
    told = re.findall(r"(\d+)[- ]item", data.description), re.findall(r"(\d+)[- ](?:common|anchor)", data.description)
    *_, longest = sorted([*map(int, told[0][:1]), *(total for total, _ in [*of_x, *of_y])])
    *_, common = sorted([*map(int, told[1][:1]), *(anchor for _, anchor in [*of_x, *of_y])])
    x, y = (
        eq.FormScores.from_scores(
            [total for total, _ in rows], max_score=longest, anchor=[anchor for _, anchor in rows], max_anchor=common
        )
        for rows in (of_x, of_y)
    )
    return x, y


def through_anchor(
    equate: Callable[..., eq.Equating], **options: bool
) -> Callable[[DataSet], tuple[float, ...] | None]:
    def equated(data: DataSet) -> tuple[float, ...] | None:
        forms = with_anchor(data)
        return None if forms is None else equate(*forms, **options).equivalents

    return equated


def moments(form: eq.FormScores) -> list[float | None]:
    m = eq.score_moments(form)
    return [m.mean, m.sd, m.skewness, m.kurtosis, m.minimum, m.maximum, m.n_used]


def calibrated(rows: list[dict[str, str]]) -> ps.irt.ItemParameters:
    return ps.irt.ItemParameters.from_difficulty(
        [float(row["b"]) for row in rows],
        slope=[float(row["a"]) for row in rows],
        guess=[float(row["g"]) for row in rows],
    )


def of_form(data: DataSet, name: str) -> ps.irt.ItemParameters:
    return calibrated(data.rows(f"_form{name}.csv"))


def common(data: DataSet) -> tuple[ps.irt.ItemParameters, ps.irt.ItemParameters]:
    """The parameters of the common items on both scales, in one order."""
    of_x, of_y = ({row["item"]: row for row in data.rows(f"_form{name}.csv")} for name in "XY")
    names = [name for name in of_x if name in of_y]
    return calibrated([of_x[name] for name in names]), calibrated([of_y[name] for name in names])


def line(link: eq.ScaleLink) -> list[float | None]:
    return [link.slope, link.intercept]


def by_curves(data: DataSet, method: Callable[..., eq.ScaleLink]) -> eq.ScaleLink:
    return method(*common(data), quadrature=numerics.normal_gauss_hermite(30))


def back(data: DataSet) -> eq.ScaleLink:
    """From the scale of Y to that of X."""
    return by_curves(data, eq.link_stocking_lord).inverse()


def observed_score(data: DataSet) -> dict[str, list[float]]:
    made = eq.observed_score_irt(of_form(data, "Y"), of_form(data, "X"), link=back(data))
    return {"Y": list(range(len(made.equivalents))), "X.as.Y": list(made.equivalents)}


def true_score(data: DataSet) -> dict[str, list[int]]:
    made = eq.true_score_irt(of_form(data, "Y"), of_form(data, "X"), link=back(data))
    return {"scores": list(made.equated_scores)}


def numbers(text: str, before: str, otherwise: list[float]) -> list[float]:
    """The numbers that a description states after some words."""
    found = re.search(rf"{before} (-?\d[-\d./,]*)", text)
    return [float(part) for part in re.findall(r"-?\d+(?:\.\d+)?", found[1])] if found else otherwise


def rules(data: DataSet) -> dict[str, Any]:
    """The rules that a selection must keep: so many of each unit, no two enemies."""
    rows = data.rows("_bank.csv")
    position = {row["item"]: index for index, row in enumerate(rows)}
    taken = numbers(data.description, "blueprint", [30, 25, 20, 15, 10])
    return {
        "units": [int(row["unit"]) for row in rows],
        "blueprint": {unit: int(k) for unit, k in enumerate(taken, start=1)},
        "enemies": [(position[row["item1"]], position[row["item2"]]) for row in data.rows("_enemies.csv")],
    }


def most_informative(data: DataSet) -> selection.Selection:
    return selection.select_max_information(calibrated(data.rows("_bank.csv")), theta=0.0, **rules(data))


def nearest_target(data: DataSet) -> selection.Selection:
    said = data.source.get("ata.minimax_target", "")
    return selection.select_target_information(
        calibrated(data.rows("_bank.csv")),
        theta=numbers(said, "theta", [-1, 0, 1]),
        target=numbers(said, "targets", [20, 26, 22]),
        gap=1e-4,
        **rules(data),
    )


PRODUCERS: dict[str, Callable[[DataSet], Any]] = {
    "ata.info_theta0_all": lambda data: calibrated(data.rows("_bank.csv")).information(0.0).tolist(),
    "ata.max_info_theta0": lambda data: most_informative(data).objective,
    "ata.minimax_status": lambda data: nearest_target(data).status,
    "ata.minimax_target": lambda data: nearest_target(data).objective,
    "eq.irt_observed_score_sl": observed_score,
    "eq.irt_true_score_sl": true_score,
    "eq.loglinear4_x": lambda data: eq.loglinear(new_form(data), degree=4).counts,
    "eq.moments_x": lambda data: moments(new_form(data)),
    "eq.moments_y": lambda data: moments(old_form(data)),
    "eq.percentile_rank_x": lambda data: eq.percentile_ranks(new_form(data)).tolist(),
    "eq.rg_equip_loglin4": lambda data: (
        eq.equipercentile_equating(new_form(data), old_form(data), degree=4).equivalents
    ),
    "eq.rg_equipercentile": lambda data: eq.equipercentile_equating(new_form(data), old_form(data)).equivalents,
    "eq.rg_linear": lambda data: eq.linear_equating(new_form(data), old_form(data)).equivalents,
    "eq.rg_mean": lambda data: eq.mean_equating(new_form(data), old_form(data)).equivalents,
    "link.haebara": lambda data: line(by_curves(data, eq.link_haebara)),
    "link.haebara_explicit": lambda data: line(eq.link_haebara(*common(data))),
    "link.mean_gmean": lambda data: line(eq.link_mean_gmean(*common(data))),
    "link.mean_mean": lambda data: line(eq.link_mean_mean(*common(data))),
    "link.mean_sigma": lambda data: line(eq.link_mean_sigma(*common(data))),
    "link.stocking_lord": lambda data: line(by_curves(data, eq.link_stocking_lord)),
    "link.stocking_lord_explicit": lambda data: line(eq.link_stocking_lord(*common(data))),
}

PATTERNED: dict[str, Callable[[DataSet], Any]] = {
    r"eq\.neat_mean_nominal_weights": through_anchor(eq.nominal_weights_mean),
    r"eq\.neat_(?:linear_)?tucker": through_anchor(eq.tucker),
    r"eq\.neat_(?:linear_)?levine": through_anchor(eq.levine),
    r"eq\.neat_(?:linear_)?braun_?/?holland": through_anchor(eq.braun_holland, as_equate=True),
    r"eq\.neat_(?:linear_chained|chained_linear)": through_anchor(eq.chained_linear),
    r"eq\.neat_equip(?:ercentile)?_chained|eq\.neat_chained_equip(?:ercentile)?": through_anchor(
        eq.chained_equipercentile
    ),
    r"eq\.neat_(?:equip(?:ercentile)?_)?(?:fe|frequency_estimation)": through_anchor(
        eq.frequency_estimation, as_equate=True
    ),
}
"""Equating through an anchor, by the names that the R package equate gives its methods."""
