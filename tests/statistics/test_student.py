import pytest

from ipcbench.statistics.student import t_cdf, t_quantile


@pytest.mark.parametrize(
    ("probability", "freedom", "expected"),
    # Abramowitz & Stegun, table 26.10.
    [
        (0.975, 1, 12.706),
        (0.975, 2, 4.303),
        (0.975, 4, 2.776),
        (0.975, 9, 2.262),
        (0.995, 5, 4.032),
        (0.95, 30, 1.697),
    ],
)
def test_quantiles_agree_with_the_table(probability: float, freedom: int, expected: float) -> None:
    assert t_quantile(probability, freedom) == pytest.approx(expected, abs=5e-4)


@pytest.mark.parametrize("freedom", [1, 2, 3, 7, 40, 191])
def test_the_quantile_inverts_the_distribution(freedom: int) -> None:
    for probability in (0.5, 0.8, 0.975, 0.9999):
        assert t_cdf(t_quantile(probability, freedom), freedom) == pytest.approx(probability, abs=1e-9)


@pytest.mark.parametrize(("probability", "freedom"), [(0.2, 4), (1.0, 4), (0.9, 0)])
def test_what_has_no_quantile_is_refused(probability: float, freedom: int) -> None:
    with pytest.raises(ValueError):
        t_quantile(probability, freedom)
