"""Linear and mixed-integer programmes, solved by HiGHS in one thread.

The only module that imports highspy; `app.psychometrics` does not import it, so that whoever never
chooses items never loads it. The same programme and seed give the same answer as long as no limit of
time is set: searches are bounded by *nodes*, not by the clock.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Final

import highspy
import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["SOLVER", "Outcome", "Programme", "Status"]

Array = NDArray[np.float64]

SOLVER: Final = f"HiGHS {highspy.Highs().version()}"

_FOUND: Final = 2  # of HiGHS's primal solution status: a solution that keeps the rows


class Status(IntEnum):
    """How the search ended."""

    OPTIMAL = 0
    """Nothing is better by more than the gap allowed."""
    LIMIT = 1
    """The nodes were used up, or the time was over."""
    INFEASIBLE = 2
    """Nothing keeps the rows."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the search found.

    values: of the variables, whole ones rounded; ``None`` when nothing was found.
    bound:  no solution costs less.
    gap:    share of the cost that may be too much.
    work:   iterations of the simplex method, a measure of time that is the same on every machine.
    """

    values: Array | None
    status: Status
    objective: float
    bound: float
    gap: float
    nodes: int
    work: int


class Programme:
    """Minimise ``cost @ x`` over ``0 <= x <= upper`` under rows ``low <= values @ x[columns] <= high``.

    >>> knapsack = Programme([-3.0, -2.0, -2.0])
    >>> knapsack.row([0, 1, 2], [3.0, 2.0, 2.0], high=4.0)
    >>> knapsack.solve().values.tolist()
    [0.0, 1.0, 1.0]
    """

    def __init__(self, cost: ArrayLike, upper: ArrayLike = 1.0, *, whole: ArrayLike = True) -> None:
        """cost: (variables,).  upper: one or (variables,), `inf` for none.  whole: which are integers."""
        self._cost = np.array(cost, dtype=np.float64)
        self._upper = np.broadcast_to(np.asarray(upper, dtype=np.float64), self._cost.shape)
        self._whole = np.broadcast_to(np.asarray(whole, dtype=np.bool_), self._cost.shape)
        self._columns: list[NDArray[np.int32]] = []
        self._values: list[Array] = []
        self._low: list[float] = []
        self._high: list[float] = []

    def row(
        self,
        columns: Sequence[int] | NDArray[Any],
        values: ArrayLike = 1.0,
        *,
        low: float = -np.inf,
        high: float = np.inf,
    ) -> None:
        """columns: indices of variables, none twice.  values: one, or one for each column."""
        places = np.asarray(columns, dtype=np.int32)
        self._columns.append(places)
        self._values.append(np.broadcast_to(np.asarray(values, dtype=np.float64), places.shape))
        self._low.append(low)
        self._high.append(high)

    def solve(
        self, *, gap: float = 0.0, nodes: int | None = None, seconds: float | None = None, seed: int = 0
    ) -> Outcome:
        """gap: share of the optimum that may be lost.  nodes, seconds: where to stop; what was found by then counts."""
        if not gap >= 0.0:
            raise ValueError(f"gap must not be negative, got {gap!r}")
        solver = highspy.Highs()
        options: dict[str, bool | int | float | str] = {
            "output_flag": False,
            "threads": 1,
            "parallel": "off",
            "random_seed": seed,
            "mip_rel_gap": gap,
        }
        limits = {"mip_max_nodes": nodes, "time_limit": seconds}
        for name, value in {**options, **limits}.items():
            if value is not None:
                solver.setOptionValue(name, value)
        solver.passModel(self._model())
        solver.run()
        return self._outcome(solver)

    def _model(self) -> Any:
        model = highspy.HighsLp()
        n = len(self._cost)
        model.num_col_, model.num_row_ = n, len(self._columns)
        model.col_cost_, model.col_lower_, model.col_upper_ = self._cost, np.zeros(n), self._upper
        model.row_lower_, model.row_upper_ = np.array(self._low), np.array(self._high)
        matrix = model.a_matrix_
        matrix.format_ = highspy.MatrixFormat.kRowwise
        matrix.start_ = np.cumsum([0, *(len(row) for row in self._columns)], dtype=np.int32)
        matrix.index_ = np.concatenate([*self._columns, np.zeros(0, dtype=np.int32)])
        matrix.value_ = np.concatenate([*self._values, np.zeros(0)])
        if self._whole.any():
            kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
            model.integrality_ = [kinds[int(whole)] for whole in self._whole]
        return model

    def _outcome(self, solver: Any) -> Outcome:
        info, ended = solver.getInfo(), solver.getModelStatus()
        nodes, work = max(0, int(info.mip_node_count)), max(0, int(info.simplex_iteration_count))
        if info.primal_solution_status != _FOUND:
            never = ended in (highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible)
            bound = float(info.mip_dual_bound) if self._whole.any() else 0.0
            return Outcome(None, Status.INFEASIBLE if never else Status.LIMIT, 0.0, bound, 0.0, nodes, work)
        values = np.array(solver.getSolution().col_value, dtype=np.float64)
        values = np.where(self._whole, np.round(values), values)
        objective = float(self._cost @ values)
        proven = float(info.mip_dual_bound) if self._whole.any() else objective
        status = Status.OPTIMAL if ended == highspy.HighsModelStatus.kOptimal else Status.LIMIT
        share = abs(objective - proven) / max(1e-9, abs(objective))
        return Outcome(values, status, objective, proven, share, nodes, work)
