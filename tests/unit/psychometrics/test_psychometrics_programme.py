"""Programmes end in an optimum, in a proof that there is nothing, or at their limit; the same one always alike."""

import random
import subprocess
import sys

import numpy as np
import pytest

from app.psychometrics.programme import Programme, Status


def subset_sum(size: int) -> Programme:
    """Which of these numbers add up to half of all? Nobody knows in a few nodes."""
    rng = random.Random(1)
    numbers = [rng.randrange(10**5, 10**6) for _ in range(size)]
    programme = Programme([rng.random() for _ in numbers])
    programme.row(range(size), numbers, low=sum(numbers) // 2, high=sum(numbers) // 2)
    return programme


@pytest.mark.parametrize(("whole", "values"), [(True, [1, 1]), (False, [1, 2 / 3]), ([False, True], [1 / 2, 1])])
def test_whole_and_other_variables(whole: bool | list[bool], values: list[float]) -> None:
    programme = Programme([1.0, 2.5], [1.0, np.inf], whole=whole)
    programme.row([0, 1], [2.0, 3.0], low=4.0)
    found = programme.solve()
    assert found.values.tolist() == pytest.approx(values)
    assert (found.status, found.bound) == (Status.OPTIMAL, pytest.approx(found.objective))


def test_nothing_keeps_the_rows() -> None:
    for whole in (True, False):
        programme = Programme([1.0, 1.0], whole=whole)
        programme.row([0, 1], low=3.0)
        assert (programme.solve().values, programme.solve().status) == (None, Status.INFEASIBLE)


def test_a_search_ends_after_its_nodes() -> None:
    found = subset_sum(40).solve(nodes=10)
    assert (found.values, found.status) == (None, Status.LIMIT)
    assert found.nodes <= 20


def test_the_same_programme_gives_the_same_answer_and_a_share_may_be_lost() -> None:
    rng = np.random.default_rng(3)
    programme = Programme(rng.random(60))
    programme.row(np.arange(60), rng.random(60), low=14.9, high=15.1)
    programme.row(np.arange(60), low=30, high=30)
    found = programme.solve(gap=0.1, seed=7)
    assert found.gap <= 0.1
    assert programme.solve().objective >= found.bound - 1e-6
    assert programme.solve(gap=0.1, seed=7).values.tolist() == found.values.tolist()
    with pytest.raises(ValueError, match="gap"):
        programme.solve(gap=-0.1)


def test_who_reads_statistics_does_not_load_the_solver() -> None:
    program = "import sys, app.psychometrics; sys.exit('highspy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
