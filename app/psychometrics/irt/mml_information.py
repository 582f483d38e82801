"""Observed information of the marginal likelihood, for the standard errors.

Oakes' identity in closed form: the information of the complete data, less the covariance of its
score given what was observed, summed over candidates. The score of an item at a node is
``h = x D - U``: -U for having been asked, and D more for a right answer.
Source: Louis 1982, JRSS B 44:226-233; Oakes 1999, JRSS B 61:479-482.
"""

import numpy as np
from numpy.typing import NDArray

from .mml_expectation import Grid, LogCurves, posteriors
from .mml_patterns import Patterns
from .model import ItemParameters

Array = NDArray[np.float64]


def slopes_information(items: ItemParameters, patterns: Patterns, curves: LogCurves, grid: Grid) -> Array:
    """Information on (slopes, intercepts) of the models without guessing.

    There are as many slopes as the statistic has columns: one for all, or one per item. Here D is
    theta for a slope and constant for an intercept, so that only U meets other items' U.
    """
    k, slopes, theta = items.n_items, patterns.statistic.shape[1], grid.theta
    p = items.probability(theta).T
    u = np.concatenate((theta * p, p))
    own, across = np.zeros((slopes, slopes)), np.zeros((slopes, 2 * k))
    means = np.zeros((2 * k, 2 * k))
    at_form, administered = np.zeros((len(patterns.forms), len(theta))), np.zeros_like(p)
    for block, posterior, _ in posteriors(patterns, curves, grid):
        x, given, count = _unpacked(patterns, block.rows)
        mean = posterior @ theta
        spread = posterior @ theta**2 - mean**2
        mean_u = posterior @ u.T
        covariance = posterior @ (theta * u).T - mean[:, None] * mean_u
        own += (x * (count * spread)[:, None]).T @ x
        across += (x * count[:, None]).T @ (covariance * np.tile(given, 2))
        mean_u *= np.tile(given, 2) * np.sqrt(count)[:, None]
        means += mean_u.T @ mean_u
        of_forms = np.add.reduceat(posterior * count[:, None], block.first, axis=0)
        at_form[block.forms] += of_forms
        administered += patterns.forms[block.forms].astype(np.float64).T @ of_forms
    starts = np.concatenate((np.arange(slopes), k + np.arange(k)))  # where one slope ends and the next begins
    lost = _complete(p, theta, administered) - _pairs_of_forms(u.reshape(2, k, -1), patterns, at_form) + means
    information = np.add.reduceat(np.add.reduceat(lost, starts, axis=0), starts, axis=1)
    across = np.add.reduceat(across, starts, axis=1)
    information[:slopes] += across
    information[:, :slopes] += across.T
    information[:slopes, :slopes] -= own
    return information


def guessing_information(
    d: Array, u: Array, complete: Array, patterns: Patterns, curves: LogCurves, grid: Grid
) -> Array:
    """Information on the parameters of items that know D and U at each node.

    d, u: (parameters, items, nodes).  complete: (items, parameters, parameters) of the complete data.
    """
    parameters, k, nodes = u.shape
    posterior = np.empty((len(patterns.form), nodes))
    means = np.zeros((parameters * k, parameters * k))
    for block, p, _ in posteriors(patterns, curves, grid):
        right, given, count = _unpacked(patterns, block.rows)
        h = np.tile(right, parameters) * (p @ d.reshape(-1, nodes).T)
        h -= np.tile(given, parameters) * (p @ u.reshape(-1, nodes).T)
        h *= np.sqrt(count)[:, None]
        means += h.T @ h
        posterior[block.rows] = p * count[:, None]
    each = np.arange(k)
    information = (means - _pairs_of_answers(d, u, patterns, posterior)).reshape(parameters, k, parameters, k)
    information[:, each, :, each] += complete
    return information.reshape(parameters * k, parameters * k)


def _unpacked(patterns: Patterns, rows: slice) -> tuple[Array, Array, Array]:
    statistic = patterns.statistic[rows].astype(np.float64)
    return statistic, patterns.forms[patterns.form[rows]].astype(np.float64), patterns.count[rows]


def _complete(p: Array, theta: Array, administered: Array) -> Array:
    """Information of the complete data on (slopes, intercepts), each per item."""
    w, k = administered * p * (1.0 - p), len(p)
    result, each = np.zeros((2 * k, 2 * k)), np.arange(k)
    result[each, each] = w @ theta**2
    result[each, k + each] = result[k + each, each] = w @ theta
    result[k + each, k + each] = w.sum(axis=1)
    return result


def _pairs_of_forms(u: Array, patterns: Patterns, at_form: Array) -> Array:
    """Sum over candidates of the expected ``U U'`` between the items of the form."""
    k = u.shape[1]
    result = np.zeros((2, k, 2, k))
    for item in range(k):
        rows = np.flatnonzero(patterns.forms[:, item])
        together = patterns.forms[rows, item:].astype(np.float64).T @ at_form[rows]
        products = (u[:, item:] * together) @ u[:, item].T
        result[:, item:, :, item] = products
        result[:, item, :, item:] = products.transpose(2, 0, 1)
    return result.reshape(2 * k, 2 * k)


def _pairs_of_answers(d: Array, u: Array, patterns: Patterns, posterior: Array) -> Array:
    """Sum over candidates of the expected ``h h'`` between items."""
    parameters, k, _ = u.shape
    result = np.zeros((parameters, k, parameters, k))
    for item in range(k):
        given = patterns.forms[patterns.form, item] == 1
        for right, h in ((1, d[:, item] - u[:, item]), (0, -u[:, item])):
            rows = np.flatnonzero(given & (patterns.statistic[:, item] == right))
            together = patterns.forms[patterns.form[rows], item:].astype(np.float64).T @ posterior[rows]
            both_right = patterns.statistic[rows, item:].astype(np.float64).T @ posterior[rows]
            result[:, item:, :, item] += (both_right * d[:, item:] - together * u[:, item:]) @ h.T
        result[:, item, :, item:] = result[:, item:, :, item].transpose(2, 0, 1)
    return result.reshape(parameters * k, parameters * k)
