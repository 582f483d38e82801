"""Distribution functions against exact values and identities."""

import math

import pytest

from app.psychometrics.numerics import distributions as d


@pytest.mark.parametrize(
    ("got", "exact"),
    [
        (d.normal_cdf(0.0), 0.5),
        (d.normal_cdf(1.0), 0.8413447460685429),
        (d.normal_cdf(-10.0), 7.61985302416052e-24),
        (d.normal_quantile(0.975), 1.959963984540054),
        (d.normal_quantile(1e-10), -6.361340902404056),
        (d.beta_cdf(0.3, 1.0, 1.0), 0.3),
        (d.beta_cdf(0.5, 2.0, 3.0), 11 / 16),
        (d.beta_cdf(0.2, 0.5, 0.5), 2 / math.pi * math.asin(math.sqrt(0.2))),
        (d.beta_quantile(0.25, 2.0, 1.0), 0.5),
        (d.chi2_cdf(3.0, 2.0), -math.expm1(-1.5)),
        (d.chi2_cdf(200.0, 2.0), 1.0),
        (d.chi2_quantile(0.95, 1.0), 1.959963984540054**2),
        (d.chi2_quantile(0.95, 2.0), -2.0 * math.log(0.05)),
        (d.chi2_quantile(1e-6, 2.0), -2.0 * math.log1p(-1e-6)),
        (d.f_cdf(1.0, 7.0, 7.0), 0.5),
        (d.f_quantile(0.95, 2.0, 10.0), 5.0 * (0.05 ** (-0.2) - 1.0)),
        (d.f_quantile(0.95, 10.0, 2.0), 1 / (5.0 * (0.95 ** (-0.2) - 1.0))),
        (d.t_quantile(0.75, 1.0), 1.0),
        (d.t_quantile(0.975, 1.0), math.tan(0.475 * math.pi)),
        (d.t_quantile(0.9, 2.0), 0.8 * math.sqrt(2 / (4 * 0.9 * 0.1))),
    ],
)
def test_equals_the_exact_value(got: float, exact: float) -> None:
    assert got == pytest.approx(exact, rel=2e-12)


def test_f_quantile_stays_exact_where_packages_switch_to_chi_square() -> None:
    """5000 candidates, 100 items: df2 = 494901 and the chi-square short cut is off by 2e-4."""
    exact = d.f_quantile(0.975, 4999, 4999 * 99)
    short_cut = d.chi2_quantile(0.975, 4999) / 4999
    assert exact == pytest.approx(1.0397901703533965, rel=1e-12)
    assert abs(exact - short_cut) > 1e-4


@pytest.mark.parametrize("p", [1e-9, 0.025, 0.31, 0.5, 0.9, 0.999])
@pytest.mark.parametrize("shape", [(0.4, 3.0), (2.0, 50.0), (900.0, 1100.0), (5e4, 5e6)])
def test_quantiles_invert_the_distribution_function(p: float, shape: tuple[float, float]) -> None:
    a, b = shape
    assert d.beta_cdf(d.beta_quantile(p, a, b), a, b) == pytest.approx(p, rel=1e-10)
    assert d.f_cdf(d.f_quantile(p, a, b), a, b) == pytest.approx(p, rel=1e-10)
    assert d.chi2_cdf(d.chi2_quantile(p, a), a) == pytest.approx(p, rel=1e-10)
    assert d.normal_cdf(d.normal_quantile(p)) == pytest.approx(p, rel=1e-12)


def test_t_is_symmetric() -> None:
    assert d.t_quantile(0.5, 9.0) == 0.0
    assert d.t_quantile(0.1, 9.0) == pytest.approx(-d.t_quantile(0.9, 9.0), rel=1e-12)


@pytest.mark.parametrize("p", [0.0, 1.0, -0.1, math.nan])
def test_a_probability_outside_the_open_interval_is_refused(p: float) -> None:
    for quantile in (
        lambda: d.normal_quantile(p),
        lambda: d.f_quantile(p, 2, 3),
        lambda: d.chi2_quantile(p, 2),
        lambda: d.t_quantile(p, 2),
        lambda: d.beta_quantile(p, 2, 3),
    ):
        with pytest.raises(ValueError, match=r"^p must"):
            quantile()


def test_degrees_of_freedom_must_be_positive() -> None:
    with pytest.raises(ValueError, match="df2"):
        d.f_quantile(0.5, 3, 0)
    with pytest.raises(ValueError, match="df"):
        d.chi2_cdf(1.0, -1)
