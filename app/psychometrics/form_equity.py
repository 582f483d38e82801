"""Is every form as hard as the next at the cut? Expected scores, flips and information per form."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .classification.cuts import theta_at_score
from .criterion import weighted_counts
from .estimate import Reason
from .form_sets import FormSets, listed, received
from .irt.blocks import Curves, check_parameters
from .irt.model import ItemParameters
from .responses import Responses

__all__ = ["FormAtCut", "FormEquity", "form_equity", "form_equity_of_responses"]

Array = NDArray[np.float64]

VARIANT = "expected raw score at the ability of the cut; equated cut: the nearest whole score"


@dataclass(frozen=True, slots=True)
class FormAtCut:
    """One form, seen by a candidate whose ability is exactly that of the cut.

    expected:     raw score that this candidate expects: the form's own equivalent of the cut.
    difference:   `expected` minus the cut; positive is an easy form.
    within:       is the difference at most the tolerance?
    equated_cut:  the whole score nearest to `expected`, halves towards the cut.
    information:  test information at the ability of the cut.
    uncertainty:  SD of `difference` from the errors of the difficulties, ``None`` where none are given.
    n_candidates: who received the form.
    to_pass:      who would pass at the equated cut, but do not at the fixed one.
    to_fail:      who pass at the fixed cut, but would not at the equated one.
    """

    expected: float
    difference: float
    within: bool
    equated_cut: int
    information: float
    uncertainty: float | None
    n_candidates: int
    to_pass: int
    to_fail: int


@dataclass(frozen=True, slots=True)
class FormEquity:
    """All forms side by side.

    cut, tolerance: as given.  length: items of each form.
    theta_cut:      the ability of the cut; ``None`` where the bank holds none, with a `reason`.
    n_forms:        different forms.  n_used: candidates.  n_within: forms within the tolerance.
    mean, minimum, maximum: of the expected scores; ``None`` without `theta_cut`.
    spread:         their SD (1/(n - 1)), by the parameters as they stand; ``None`` for one form.
    spread_uncertain: the SD to be expected when the difficulties have the errors given.
    flips:          candidates whose decision changes at their form's equated cut.
    forms:          one entry per form: as given, or in the order of the first candidate.
    """

    cut: int
    tolerance: float
    length: int
    theta_cut: float | None
    n_forms: int
    n_used: int
    n_within: int
    mean: float | None
    minimum: float | None
    maximum: float | None
    spread: float | None
    spread_uncertain: float | None
    flips: int
    forms: tuple[FormAtCut, ...]
    reason: Reason | None = None
    variant: str = VARIANT


def form_equity(
    parameters: ItemParameters,
    forms: Sequence[Sequence[int]],
    *,
    cut: int,
    theta_cut: float | None = None,
    weights: ArrayLike | None = None,
    tolerance: float = 0.5,
    difficulty_sd: ArrayLike | None = None,
) -> FormEquity:
    """Expected raw score of each form at the ability of the cut, before anybody sits it.

    The ability of the cut is that whose average score over the bank is the cut: ``k sum_j w_j P_j = cut``
    with weights summing to 1. A form is fair when the candidate of that ability expects the cut on it:
    ``|E - cut| <= tolerance``.

    parameters:    of all items of the bank.
    forms:         the items of each form by index, each at most once in a form, all of one length k.
    cut:           whole, 1..k.
    theta_cut:     the ability of the cut, when an approved reference standard has fixed it; ``None``
                   finds it in this bank, and it then moves with the bank.
    weights:       (items,) how often an item is drawn in the long run, where units of the blueprint draw
                   from pools of different sizes; ``None``: all alike.
    tolerance:     >= 0, in raw points.
    difficulty_sd: standard error of each difficulty b, one number or (items,), >= 0, independent. Judged
                   difficulties have large ones, and then a small spread proves little.

    Returns `FormEquity` without figures where no ability expects the cut, or where an item that counts was
    not calibrated (``NOT_CALIBRATED``, slope 0): give it a judged difficulty, or weight 0 where no form
    holds it. Assumes that the model fits.
    Source: van der Linden 2005, Linear Models for Optimal Test Design; delta method for the errors.

    >>> bank = ItemParameters.from_difficulty([-1.0, 0.0, 1.0, 0.0])
    >>> equity = form_equity(bank, [[0, 2], [1, 3], [0, 1]], cut=1)
    >>> equity.theta_cut, [round(form.difference, 3) for form in equity.forms], equity.n_within
    (0.0, [0.0, 0.0, 0.231], 3)
    """
    sets = listed(forms, parameters.n_items)
    return _compared(parameters, sets, cut, theta_cut, weights, tolerance, difficulty_sd)


def form_equity_of_responses(
    responses: Responses,
    parameters: ItemParameters,
    *,
    cut: int,
    theta_cut: float | None = None,
    weights: ArrayLike | None = None,
    tolerance: float = 0.5,
    difficulty_sd: ArrayLike | None = None,
) -> FormEquity:
    """`form_equity` of the forms that candidates received, with the decisions that each form flips.

    Candidates with the same items have one form. A decision flips where the raw score lies between the
    fixed cut and the form's equated cut; a form within a tolerance of 1/2 flips none.

    responses:  of forms of one length; candidates without items are left out.
    parameters: of the items of `responses`.  The rest as `form_equity`.

    Returns `FormEquity` without figures for forms of different lengths, no candidates, a cut above k, or
    where no ability expects the cut.

    >>> bank = ItemParameters.from_difficulty([-3.0, -3.0, 3.0, 3.0])
    >>> nan = float("nan")
    >>> r = Responses.from_dense([[1, 0, nan, nan], [nan, nan, 0, 0]])
    >>> equity = form_equity_of_responses(r, bank, cut=1)
    >>> [form.equated_cut for form in equity.forms], equity.flips
    ([2, 0], 2)
    """
    check_parameters(responses, parameters)
    if not 1 <= cut < math.inf or cut != int(cut):
        raise ValueError(f"cut must be a whole number of at least 1, got {cut!r}")
    sets = received(responses)
    if isinstance(sets, Reason):
        return _nothing(cut, tolerance, 0, 0, len(responses.present), sets)
    if cut > sets.length:
        return _nothing(cut, tolerance, sets.length, sets.n, len(sets.given), Reason.CUT_UNREACHABLE)
    return _compared(parameters, sets, cut, theta_cut, weights, tolerance, difficulty_sd)


def _compared(
    parameters: ItemParameters,
    sets: FormSets,
    cut: int,
    theta_cut: float | None,
    weights: ArrayLike | None,
    tolerance: float,
    difficulty_sd: ArrayLike | None,
) -> FormEquity:
    share = _checked(parameters, sets, cut, theta_cut, weights, tolerance)
    counted = (np.bincount(sets.item, minlength=parameters.n_items) > 0) | ((share > 0.0) & (theta_cut is None))
    if np.any(counted & (parameters.slope == 0.0)):  # an even chance, which is nobody's estimate
        return _nothing(cut, tolerance, sets.length, sets.n, len(sets.given), Reason.NOT_CALIBRATED)
    theta = theta_at_score(parameters, score=cut, weights=sets.length * share) if theta_cut is None else theta_cut
    if theta is None:
        return _nothing(cut, tolerance, sets.length, sets.n, len(sets.given), Reason.CUT_UNREACHABLE)
    expected = weighted_counts(sets.form, parameters.probability(theta)[sets.item], sets.n)
    information = weighted_counts(sets.form, parameters.information(theta)[sets.item], sets.n)
    nearest = np.where(expected >= cut, np.ceil(expected - 0.5), np.floor(expected + 0.5)).astype(np.int64)
    to_pass, to_fail = _flips(sets, nearest, cut)
    spread = float(expected.std(ddof=1)) if sets.n > 1 else None
    moves = share if theta_cut is None else None  # a standard holds the ability of the cut
    uncertainty, between = _uncertainty(parameters, sets, theta, moves, difficulty_sd)
    within = np.abs(expected - cut) <= tolerance + 1e-12
    columns = (expected, expected - cut, within, nearest, information)
    counts = (np.bincount(sets.given, minlength=sets.n), to_pass, to_fail)
    rows = zip(*(c.tolist() for c in columns), uncertainty, *(c.tolist() for c in counts), strict=True)
    return FormEquity(
        cut=cut,
        tolerance=tolerance,
        length=sets.length,
        theta_cut=theta,
        n_forms=sets.n,
        n_used=len(sets.given),
        n_within=int(np.count_nonzero(within)),
        mean=float(expected.mean()),
        minimum=float(expected.min()),
        maximum=float(expected.max()),
        spread=spread,
        spread_uncertain=None if spread is None or between is None else math.sqrt(spread**2 + between),
        flips=int(to_pass.sum() + to_fail.sum()),
        forms=tuple(FormAtCut(*row) for row in rows),
    )


def _flips(sets: FormSets, nearest: NDArray[np.int64], cut: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return per form who would pass at its own cut only, and who passes at the fixed one only."""
    own, fixed = sets.score >= nearest[sets.given], sets.score >= cut
    to_pass = np.bincount(sets.given[own & ~fixed], minlength=sets.n)
    to_fail = np.bincount(sets.given[fixed & ~own], minlength=sets.n)
    return to_pass, to_fail


def _uncertainty(
    parameters: ItemParameters, sets: FormSets, theta: float, share: Array | None, difficulty_sd: ArrayLike | None
) -> tuple[list[float] | list[None], float | None]:
    """Return the SD of each difference, and the variance added between forms; ``None`` without errors."""
    if difficulty_sd is None:
        return [None] * sets.n, None
    variance, between = _error_effects(parameters, sets, theta, share, difficulty_sd)
    return np.sqrt(variance).tolist(), between


def _error_effects(
    parameters: ItemParameters, sets: FormSets, theta: float, share: Array | None, difficulty_sd: ArrayLike
) -> tuple[Array, float]:
    """Return the variance of each difference, and that added to the variance between forms.

    To first order the difference of form f moves by ``sum_j z_j (D_f w_j - [j in f]) P'_j`` with z_j the
    error of b_j and ``D_f = sum_f P' / sum w P'``: the ability of the cut moves with the bank. Where a
    reference standard holds it, D_f is 0.
    """
    sd = np.asarray(difficulty_sd, dtype=np.float64)
    if sd.shape not in ((), parameters.slope.shape) or not np.all((sd >= 0.0) & (sd < np.inf)):
        raise ValueError("difficulty_sd must be one number, or one per item, finite and 0 or more")
    slope = Curves.on_nodes(parameters, np.array([theta])).slope[0]
    own = slope * sd
    bank = np.zeros_like(own) if share is None else share * own
    steepness = weighted_counts(sets.form, slope[sets.item], sets.n)
    follow = np.zeros(sets.n) if share is None else steepness / float(share @ slope)
    of_form = weighted_counts(sets.form, (own**2)[sets.item], sets.n)
    shared = weighted_counts(sets.form, (own * bank)[sets.item], sets.n)
    variance = of_form - 2.0 * follow * shared + follow**2 * float(bank @ bank)
    if sets.n < 2:  # nothing to spread
        return np.maximum(variance, 0.0), 0.0
    used = np.bincount(sets.item, minlength=len(own))
    total = follow.sum() * bank - used * own  # per item, summed over forms
    between = (float(variance.sum()) - float(total @ total) / sets.n) / (sets.n - 1)
    return np.maximum(variance, 0.0), max(0.0, between)


def _checked(
    parameters: ItemParameters,
    sets: FormSets,
    cut: int,
    theta_cut: float | None,
    weights: ArrayLike | None,
    tolerance: float,
) -> Array:
    """Return the weights of the bank, summing to 1; raise ``ValueError`` for what is malformed."""
    if not 1 <= cut <= sets.length or cut != int(cut):
        raise ValueError(f"cut must be a whole number in 1..{sets.length}, got {cut!r}")
    if not 0.0 <= tolerance < math.inf:
        raise ValueError(f"tolerance must be finite and not negative, got {tolerance!r}")
    if theta_cut is not None and not math.isfinite(theta_cut):
        raise ValueError(f"theta_cut must be finite, got {theta_cut!r}")
    share = np.ones(parameters.n_items) if weights is None else np.asarray(weights, dtype=np.float64)
    if share.shape != parameters.slope.shape or not np.all((share >= 0.0) & (share < np.inf)) or not np.any(share):
        raise ValueError("weights must be one number of 0 or more per item, not all 0")
    normed: Array = share / share.sum()
    return normed


def _nothing(cut: int, tolerance: float, length: int, n_forms: int, n_used: int, reason: Reason) -> FormEquity:
    return FormEquity(
        cut=cut,
        tolerance=tolerance,
        length=length,
        theta_cut=None,
        n_forms=n_forms,
        n_used=n_used,
        n_within=0,
        mean=None,
        minimum=None,
        maximum=None,
        spread=None,
        spread_uncertain=None,
        flips=0,
        forms=(),
        reason=reason,
    )
