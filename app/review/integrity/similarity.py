"""Pairs of neighbours who gave more of the same answers than two who work alone; and how many such pairs would be found. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from app.psychometrics.forensics import OptionShares, SimilarityScreen, copying_power, similarity_screen
from app.review.data.types import ReviewData, ReviewPerson
from app.review.integrity import naming
from app.review.integrity.answer_law import AnswerLaw
from app.review.integrity.blocks import block, found
from app.review.integrity.neighbours import MOST_PAIRS, Neighbours, neighbours, strangers
from app.review.integrity.words import Said, said
from app.review.method.types import ReviewMethod
from app.review.shown import Figure, Lead, Strength, counted, figure

MOST_STRANGERS: Final = 20_000  # enough to see a share of one in a thousand
COPIED: Final = (0.9, 0.6, 0.3)  # shares of the common items that a copier takes over, for which the power is stated
SEED: Final = 932  # of the simulation behind the power: the same data always give the same figures


@dataclass(frozen=True, slots=True, eq=False)
class Similarity:
    part: dict[str, Any]
    leads: list[Lead]


def similarity(data: ReviewData, method: ReviewMethod, law: AnswerLaw) -> Similarity:
    persons = [data.persons[place] for place in law.members]
    near = neighbours(persons, method)
    if not len(near.pairs):
        return Similarity(block(said("no-neighbours"), basis=_basis(near, law)) | {"pairs": []}, [])
    screen = _screen(law, near.pairs, method)
    if not screen.n_compared:
        text = said("no-common", least=method.least_common)
        return Similarity(block(text, basis=_basis(near, law)) | {"pairs": []}, [])
    control = _screen(law, strangers(persons, min(MOST_STRANGERS, screen.n_compared)), method)
    pairs = [_pair(data, law, screen, at) for at in np.flatnonzero(screen.flagged).tolist()]
    figures = [
        counted("pairs-compared", screen.n_compared),
        counted("pairs-left-out", screen.n_left_out + near.n_found - len(near.pairs)),
        counted("pairs-found", len(pairs)),
        figure("pairs-control", float(np.count_nonzero(control.flagged)), n=control.n_compared),
        *_power(law, near.pairs, screen, method),
    ]
    part = block(found("similarity", len(pairs)), basis=_basis(near, law), figures=figures)
    return Similarity(part | {"pairs": [row for row, _ in pairs]}, [lead for _, lead in pairs])


def _screen(law: AnswerLaw, pairs: NDArray[np.int64], method: ReviewMethod) -> SimilarityScreen:
    return similarity_screen(
        law.responses,
        law.shares,
        law.abilities.theta,
        pairs=pairs,
        min_common=method.least_common,
        rate=method.pair_rate,
    )


def _basis(near: Neighbours, law: AnswerLaw) -> list[Said]:
    """On what seats the pairs rest, and whom nobody was compared with."""
    told = [said("law", n=law.n_calibrated), said("by-seat", pairs=len(near.pairs))]
    if near.by_room:
        told.append(said("by-room", pairs=near.by_room))
    if near.n_found > MOST_PAIRS:
        told.append(said("capped", pairs=near.n_found, most=MOST_PAIRS))
    if near.roomless:
        told.append(said("roomless", n=near.roomless))
    if near.crowded:
        told.append(said("crowded", n=near.crowded))
    return told


def _pair(data: ReviewData, law: AnswerLaw, screen: SimilarityScreen, at: int) -> tuple[dict[str, Any], Lead]:
    one, other = screen.pairs[at].tolist()
    first, second = (data.persons[law.members[place]] for place in (one, other))
    wrong, same_wrong = _wrong_together(law, one, other)
    figures = [
        counted("pair-common", int(screen.n_common[at])),
        counted("pair-identical", int(screen.n_matches[at])),
        figure("pair-expected", _expected(law, one, other), n=int(screen.n_common[at])),
        figure("pair-wrong", float(same_wrong), n=wrong),
        figure("pair-chance", float(screen.gbt[at]), n=int(screen.n_common[at])),
        figure("pair-q", float(screen.q_value[at]), n=screen.n_compared),
    ]
    counts = {"same": int(screen.n_matches[at]), "common": int(screen.n_common[at])}
    text = said("similar-pair", **counts, wrong=same_wrong)
    subject = naming.pair(data, first, second)
    lead = Lead(
        "similar-pair",
        subject,
        Strength.EXPERT,
        text["text_id"],
        text["text_en"],
        figures,
        q=float(screen.q_value[at]),
    )
    sides = [_side(data, person) for person in (first, second)]
    return {"lead": lead.id, "label": subject.label, "sides": sides, "figures": figures}, lead


def _side(data: ReviewData, person: ReviewPerson) -> dict[str, Any]:
    return {
        "attempt": str(person.attempt_id),
        "sitting": str(data.sittings[person.sitting].id),
        "code": data.sittings[person.sitting].code,
        "room": person.room,
        "seat": naming.seat_of(person),
        "score": figure("candidate-score", float(person.score)),
        "minutes": figure("candidate-minutes", person.minutes, reason=("waktu tidak tercatat", "time not recorded")),
    }


def _answers_of(law: AnswerLaw, place: int) -> dict[int, tuple[int, int]]:
    """Option and score by item, of the items that pairs are compared on."""
    rows = law.responses.of_person(place)
    speaks = law.parameters.slope != 0.0
    cells = zip(rows.item.tolist(), rows.option.tolist(), rows.score.tolist(), strict=True)
    return {item: (option, score) for item, option, score in cells if speaks[item]}


def _wrong_together(law: AnswerLaw, one: int, other: int) -> tuple[int, int]:
    """Of the common items: how many both answered wrongly, and how many of those alike. Those tell most."""
    first, second = _answers_of(law, one), _answers_of(law, other)
    both = [item for item in first.keys() & second.keys() if first[item][1] == second[item][1] == 0]
    return len(both), sum(first[item][0] == second[item][0] for item in both)


def _expected(law: AnswerLaw, one: int, other: int) -> float:
    """Identical answers of two such candidates who work alone."""
    common = sorted(_answers_of(law, one).keys() & _answers_of(law, other).keys())
    chance = law.shares.probability(law.abilities.theta[[one, other]])[:, common]
    return float((chance[0] * chance[1]).sum())


def _power(law: AnswerLaw, pairs: NDArray[np.int64], screen: SimilarityScreen, method: ReviewMethod) -> list[Figure]:
    """For this design: so many common items, so many pairs compared, two candidates of middling ability."""
    known = np.flatnonzero(law.parameters.slope != 0.0)
    model = OptionShares(law.parameters.of_items(known), law.shares.share[known], law.shares.key[known])
    length = min(int(np.median(law.responses.form_length[law.responses.present])), len(known))
    common = min(_usual_overlap(law, pairs, method), length)
    ability = float(np.median(law.abilities.theta))
    figures = [figure("power-common", float(common), n=screen.n_compared)]
    for share in COPIED:
        power = copying_power(
            model,
            copier_theta=ability,
            source_theta=ability,
            n_common=common,
            share_copied=share,
            form_length=length,
            significance=method.pair_rate / screen.n_compared,
            seed=SEED,
        )
        figures.append(figure(f"power-{100 * share:.0f}", power, n=common))
    return figures


def _usual_overlap(law: AnswerLaw, pairs: NDArray[np.int64], method: ReviewMethod) -> int:
    """The median number of items that both of a compared pair answered."""
    some = pairs[:: max(1, len(pairs) // 1_000)]
    counts = [len(_answers_of(law, one).keys() & _answers_of(law, other).keys()) for one, other in some.tolist()]
    return int(np.median([count for count in counts if count >= method.least_common] or [method.least_common]))
