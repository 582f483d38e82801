"""Choosing items for a form as an optimum: the most information, or the information asked for.

It needs a solver (`programme`), so `app.psychometrics` does not import it. Write
``from app.psychometrics import selection``.

Every selection keeps a blueprint (so many items of each unit) and takes at most one of each pair of
*enemies*, items that give one another away. Binary variables x_j say which items are taken.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .estimate import Reason
from .irt.model import ItemParameters
from .programme import Array, Outcome, Programme, Status

__all__ = ["Selection", "Status", "select_max_information", "select_target_information"]


@dataclass(frozen=True, slots=True)
class Selection:
    """The items chosen, and how far from the best they can be.

    items:       indices in rising order; ``None`` when `reason` says why there are none.
    objective:   what was optimised, computed from the items chosen.
    bound:       no selection is better than this.
    information: of the form at each ability asked for.
    n_used:      items of the bank.
    """

    items: tuple[int, ...] | None
    objective: float | None
    bound: float | None
    information: tuple[float, ...]
    status: Status
    n_used: int
    variant: str
    reason: Reason | None = None

    @property
    def gap(self) -> float | None:
        """Distance between objective and bound."""
        return None if self.objective is None or self.bound is None else abs(self.objective - self.bound)


def select_max_information(
    parameters: ItemParameters,
    *,
    theta: float,
    units: Sequence[Hashable],
    blueprint: Mapping[Hashable, int],
    enemies: Sequence[tuple[int, int]] = (),
    gap: float = 0.0,
    time_limit: float = 60.0,
) -> Selection:
    """Choose the items with the largest sum of information at one ability.

    Maximises ``sum_j I_j(theta) x_j`` under the blueprint and the enemies.

    parameters: of the bank.  theta: the ability, e.g. the one at the cut.
    units: (items,) unit of each item.  blueprint: unit to number of items; units not named give none.
    enemies: pairs of indices of items.
    gap: share of the optimum that may be lost, >= 0.  time_limit: seconds.
    Returns `Selection`; no items when no choice keeps the rules (``NO_FEASIBLE_SELECTION``), or none
    was found in time (``NOT_CONVERGED``).
    Source: van der Linden 2005, Linear Models for Optimal Test Design, ch. 3-4.

    >>> bank = ItemParameters.from_difficulty([0.0, 3.0, 0.5, 2.0])
    >>> select_max_information(bank, theta=0.0, units="AABB", blueprint={"A": 1, "B": 1}).items
    (0, 2)
    """
    if not np.isfinite(theta):
        raise ValueError(f"theta must be finite, got {theta!r}")
    information = parameters.information([theta])
    programme = Programme(-information[0])
    _add_rules(programme, parameters.n_items, units, blueprint, enemies)
    found = _solved(programme, gap, time_limit)
    variant = f"largest information at theta = {theta:g}"
    if found.values is None:
        return _none(found, parameters, variant)
    items = np.flatnonzero(found.values)
    reached = information[:, items].sum(axis=1)
    bound = max(-found.bound, float(reached[0]))  # the solver's is right to its tolerance only
    return _selection(found, items, reached, float(reached[0]), bound, parameters, variant)


def select_target_information(
    parameters: ItemParameters,
    *,
    theta: ArrayLike,
    target: ArrayLike,
    units: Sequence[Hashable],
    blueprint: Mapping[Hashable, int],
    enemies: Sequence[tuple[int, int]] = (),
    gap: float = 1e-3,
    time_limit: float = 60.0,
) -> Selection:
    """Choose the items whose information comes closest to a target at several abilities.

    Minimises ``max_q |sum_j I_j(theta_q) x_j - T_q|`` under the blueprint and the enemies.

    theta, target: (abilities,) where, and how much; target >= 0.
    gap: distance from the best that may be left, as a share of the largest target plus the
         deviation reached, >= 0; a target that the bank reaches makes small gaps slow.
    Other parameters and the result as in `select_max_information`; `objective` is the largest deviation.
    Source: van der Linden & Boekkooi-Timminga 1989, Psychometrika 54:237-247.

    >>> bank = ItemParameters.from_difficulty([0.0, 3.0, 0.0, 3.0])
    >>> rules = {"units": "AAAA", "blueprint": {"A": 2}}
    >>> select_target_information(bank, theta=[0.0], target=[0.5], **rules).items
    (0, 2)
    """
    where, wanted = np.asarray(theta, dtype=np.float64), np.asarray(target, dtype=np.float64)
    if where.ndim != 1 or where.size == 0 or not np.all(np.isfinite(where)):
        raise ValueError("theta must be a column of finite numbers")
    if wanted.shape != where.shape or not np.all((wanted >= 0.0) & np.isfinite(wanted)):
        raise ValueError("target must have one number, not negative, for each theta")
    n, information = parameters.n_items, parameters.information(where)
    # The last variable is the largest deviation plus the largest target: a gap relative to it has
    # a meaning also where the deviation itself comes down to nothing.
    shift = max(1.0, float(wanted.max()))
    programme = Programme(np.append(np.zeros(n), 1.0), np.append(np.ones(n), np.inf), whole=np.arange(n + 1) < n)
    _add_rules(programme, n, units, blueprint, enemies)
    programme.row([n], low=shift)
    everything = np.arange(n + 1)
    for told, goal in zip(information, wanted, strict=True):
        programme.row(everything, np.append(told, -1.0), high=goal - shift)
        programme.row(everything, np.append(told, 1.0), low=goal + shift)
    found = _solved(programme, gap, time_limit)
    variant = "smallest largest deviation from the target information"
    if found.values is None:
        return _none(found, parameters, variant)
    items = np.flatnonzero(found.values[:n])
    reached = information[:, items].sum(axis=1)
    deviation = float(np.max(np.abs(reached - wanted)))
    bound = min(max(0.0, found.bound - shift), deviation)
    return _selection(found, items, reached, deviation, bound, parameters, variant)


def _add_rules(
    programme: Programme,
    n: int,
    units: Sequence[Hashable],
    blueprint: Mapping[Hashable, int],
    enemies: Sequence[tuple[int, int]],
) -> None:
    """The blueprint and the enemies, over the first n variables."""
    if n == 0:
        raise ValueError("parameters must have items")
    if len(units) != n:
        raise ValueError("units must have one entry for each item")
    if any(k < 0 for k in blueprint.values()):
        raise ValueError("blueprint must not ask for a negative number of items")
    if any(not (0 <= i < n and 0 <= j < n) or i == j for i, j in enemies):
        raise ValueError("enemies must be pairs of two indices of items")
    for label in dict.fromkeys([*blueprint, *units]):
        wanted = blueprint.get(label, 0)
        programme.row([item for item in range(n) if units[item] == label], low=wanted, high=wanted)
    for pair in enemies:
        programme.row(pair, high=1.0)


def _solved(programme: Programme, gap: float, time_limit: float) -> Outcome:
    if not time_limit > 0.0:
        raise ValueError(f"time_limit must be positive, got {time_limit!r}")
    return programme.solve(gap=gap, seconds=time_limit)


def _none(found: Outcome, parameters: ItemParameters, variant: str) -> Selection:
    never = found.status == Status.INFEASIBLE
    reason = Reason.NO_FEASIBLE_SELECTION if never else Reason.NOT_CONVERGED
    return Selection(None, None, None, (), found.status, parameters.n_items, variant, reason)


def _selection(
    found: Outcome,
    items: NDArray[np.intp],
    reached: Array,
    objective: float,
    bound: float,
    parameters: ItemParameters,
    variant: str,
) -> Selection:
    return Selection(
        items=tuple(items.tolist()),
        objective=objective,
        bound=bound,
        information=tuple(reached.tolist()),
        status=found.status,
        n_used=parameters.n_items,
        variant=variant,
    )
