"""What the committee may read out of how many candidates: from which n on, with which interval, and who passed."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import fields
from typing import Any
from uuid import UUID, uuid4

import pytest

from app import review
from app.core.access import PERMISSIONS, Permission, Role
from app.itembank import KeyedItem
from app.psychometrics import Estimate, Responses, ctt, reliability
from app.review import Snapshot, key_signals
from app.review.shown import list_definitions
from app.schemes import rules as scheme_rules
from tests.factories import kuks, scheme_content

SCHEME = scheme_rules.parse(uuid4(), 1, scheme_content())
ITEMS = tuple(
    KeyedItem(UUID(int=n), f"MMU-{kuk}-{i:02d}", kuk, 4, 0, 0.6, "apply")
    for n, (kuk, i) in enumerate(((kuk, i) for kuk in kuks() for i in range(1, 6)), 1)
)


def responses(scores: Sequence[int]) -> Responses:
    """An exam of 100 items, the same for everybody, with these scores; who is right where is luck with a fixed seed."""
    rng = random.Random(1)
    rows = []
    for person, score in enumerate(scores):
        right = set(rng.sample(range(100), score))
        rows += [(person, i, 0 if i in right else rng.randint(1, 3), int(i in right)) for i in range(100)]
    return Responses.from_arrays(
        *zip(*rows, strict=True),
        persons=range(len(scores)),
        items=[item.code for item in ITEMS],
        strata=[SCHEME.unit_of[item.kuk].code for item in ITEMS],
        n_options=[4] * 100,
        key=[0] * 100,
    )


def panels(scores: Sequence[int]) -> dict[str, Any]:
    """Both panels; what the snapshot holds besides does not matter to them."""
    rest: dict[str, Any] = {field.name: {} for field in fields(Snapshot)}
    return review.panels(Snapshot(**rest | {"scheme": SCHEME, "responses": responses(scores), "items": ITEMS}))


def spread(n: int) -> list[int]:
    """Scores of n candidates, from 30 to 90."""
    return [30 + 60 * person // max(n - 1, 1) for person in range(n)]


COEFFICIENTS = ("item_rest", "d27")
READ_FIGURES = {Permission.STATISTICS_READ, Permission.KEY_CHECK_READ, Permission.ITEM_READ}


@pytest.mark.clause(
    "9.3.5", "statistics carry n and, where one is defined, an interval; under the stated n no coefficient, no verdict"
)
@pytest.mark.parametrize(("n", "judged"), [(1, False), (99, False), (100, True), (101, True)])
def test_an_item_is_judged_from_100_candidates_on(n: int, judged: bool) -> None:
    items = panels(spread(n))["items"]
    assert {item["n"] for item in items} == {n}
    assert all((item["verdict"] != "not-enough") is judged for item in items)
    assert all((item[name]["value"] is not None) is judged for item in items for name in COEFFICIENTS)
    assert all((option["item_rest"] is not None) is judged for option in items[0]["options"])
    assert all(item["p"]["value"] is not None for item in items), "how many were right is a count, and always there"
    if not judged:
        said = {item[name]["reason_id"] for item in items for name in COEFFICIENTS}
        assert said == {f"belum cukup data (n = {n}, perlu 100)"}
        assert not any(item["flags"] for item in items)


@pytest.mark.clause(
    "9.3.5", "statistics carry n and, where one is defined, an interval; under the stated n no coefficient, no verdict"
)
@pytest.mark.parametrize(("n", "told"), [(29, False), (30, True)])
def test_reliability_is_told_from_30_candidates_on(n: int, told: bool) -> None:
    exam = panels(spread(n))["exam"]
    for name in ("reliability", "sem"):
        assert (exam[name]["value"] is not None) is told
        assert exam[name]["n"] == n
        assert exam[name]["reason_id"] == ("" if told else f"belum cukup data (n = {n}, perlu 30)")


@pytest.mark.clause(
    "9.3.5", "statistics carry n and, where one is defined, an interval; under the stated n no coefficient, no verdict"
)
def test_every_estimate_lies_inside_its_interval_and_names_its_n() -> None:
    found = panels(spread(120))
    exam = found["exam"]
    items = [item for item in found["items"] if item["p"]["value"] not in (0, 1)]
    estimates = [exam["mean"], exam["pass_rate"], exam["reliability"]]
    estimates += [item[name] for item in items for name in ("p", "item_rest")]
    assert len(estimates) > 150
    assert all(estimate["low"] < estimate["value"] < estimate["high"] for estimate in estimates)
    others = [exam["sd"], exam["sem"], exam["csem_at_cut"], *(item["d27"] for item in items)]
    assert {estimate["n"] for estimate in [*estimates, *others]} == {120}


def test_fewer_candidates_widen_an_interval() -> None:
    widths = [mean["high"] - mean["low"] for mean in (panels(spread(n))["exam"]["mean"] for n in (10, 40, 160))]
    assert widths[0] > widths[1] > widths[2]


@pytest.mark.parametrize(
    ("scores", "passed"),
    [([67, 67, 67], 0), ([67, 68, 69], 2), ([68, 68, 68], 3), ([0, 68, 100], 2)],
)
def test_the_pass_mark_itself_counts_as_passed(scores: list[int], passed: int) -> None:
    exam = panels(scores)["exam"]
    assert exam["passed"] == passed
    assert exam["pass_rate"]["value"] == pytest.approx(passed / 3)


@pytest.mark.parametrize(("n", "looks"), [(14, False), (15, True)])
@pytest.mark.parametrize(("score", "kind"), [(100, "all-right"), (0, "all-wrong")])
def test_the_key_check_looks_from_15_candidates_on(n: int, looks: bool, score: int, kind: str) -> None:
    signals = key_signals(responses([score] * n))
    assert [(signal["kind"], signal["n"]) for signal in signals] == [(kind, n)] * (100 if looks else 0)


def printed(value: float, digits: int, lang: str) -> str:
    """As people write it; a tie goes to the even digit, and nothing is less than nothing."""
    text = f"{value:.{digits}f}"
    text = text.lstrip("-") if float(text) == 0 else text.replace("-", "−")
    return text.replace(".", ",") if lang == "id" else text


@pytest.mark.clause(
    "9.3.5", "each statistic of a sitting is shown as it was computed, to the printed digits, and says what it means"
)
@pytest.mark.parametrize("lang", ["id", "en"])
def test_the_exam_of_a_sitting_is_shown_as_computed(lang: str) -> None:
    given = responses(spread(120))
    scores = ctt.score_distribution(given, cut=68)
    one_form = reliability.kr20(given)
    assert one_form.value is not None and scores.sd is not None
    exam = panels(spread(120))["exam"]
    expected = {
        "mean": (scores.mean.value, 1, ""),
        "sd": (scores.sd, 1, ""),
        "pass_rate": (100 * (scores.pass_rate.value or 0), 1, " %"),
        "reliability": (one_form.value, 2, ""),
        "sem": (reliability.sem(sd=scores.sd, reliability=one_form.value), 1, ""),
        "csem_at_cut": (float(reliability.csem_lord(68, n_items=100)), 1, ""),
    }
    for name, (value, digits, unit) in expected.items():
        assert value is not None
        assert exam[name][f"text_{lang}"] == printed(value, digits, lang) + unit, name
    low, high = (printed(limit, 2, lang) for limit in limits(reliability.alpha(given)))
    assert exam["reliability"][f"range_{lang}"] == f"{low} {'sampai' if lang == 'id' else 'to'} {high}"


@pytest.mark.clause(
    "9.3.5", "each statistic of a sitting is shown as it was computed, to the printed digits, and says what it means"
)
@pytest.mark.parametrize("lang", ["id", "en"])
def test_the_items_of_a_sitting_are_shown_as_computed(lang: str) -> None:
    given = responses(spread(120))
    rows = zip(
        panels(spread(120))["items"],
        ctt.difficulty(given),
        ctt.item_rest_adjusted(given),
        ctt.upper_lower_27(given),
        ctt.option_analysis(given),
        strict=True,
    )
    to = "sampai" if lang == "id" else "to"
    for item, p, rest, d27, options in rows:
        assert p.value is not None and rest.value is not None and d27.value is not None
        low, high = (printed(100 * limit, 1, lang) for limit in limits(p))
        assert item["p"][f"text_{lang}"] == printed(100 * p.value, 1, lang) + " %"
        assert item["p"][f"range_{lang}"] == f"{low} % {to} {high} %"
        low, high = (printed(limit, 2, lang) for limit in limits(rest))
        assert item["item_rest"][f"text_{lang}"] == printed(rest.value, 2, lang)
        assert item["item_rest"][f"range_{lang}"] == f"{low} {to} {high}"
        assert item["d27"][f"text_{lang}"] == printed(d27.value, 2, lang)
        for shown, option in zip(item["options"], options, strict=False):
            assert shown["count"] == option.n
            assert shown["share"][f"text_{lang}"] == printed(100 * (option.proportion.value or 0), 1, lang) + " %"


def limits(found: Estimate) -> tuple[float, float]:
    assert found.low is not None and found.high is not None
    return found.low, found.high


def test_every_figure_of_a_sitting_and_every_signal_is_explained() -> None:
    known = {one.id for one in list_definitions()}
    assert set(definitions_in(panels(spread(120)))) <= known
    assert {f"signal-{kind}" for kind in ("mis-key", "all-right", "all-wrong", "impossible-answer")} <= known


def definitions_in(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        yield from ([part["definition"]] if "definition" in part else [])
        part = list(part.values())
    if isinstance(part, list):
        for one in part:
            yield from definitions_in(one)


@pytest.mark.parametrize("role", [role for role in Role if PERMISSIONS[role] & READ_FIGURES])
def test_whoever_reads_figures_may_read_what_they_mean(role: Role) -> None:
    assert Permission.DEFINITION_READ in PERMISSIONS[role]
