import pytest

from ipcbench.analysis.claims import Claim, share, verdict
from ipcbench.report.charts.canvas import title_of
from ipcbench.report.charts.claims import draw, written
from ipcbench.statistics.estimates import Estimate, independent_ratio

SLOWER = Claim("it is slower", low=1)
CLEAR, NOT, UNCLEAR = Estimate(1.5, 1.4, 1.6, 8), Estimate(0.8, 0.7, 0.9, 8), Estimate(1.0, 0.9, 1.1, 8)
FEW = Estimate(1.5, None, None, 2)


@pytest.mark.parametrize(
    ("found", "judged"), [(CLEAR, "true"), (NOT, "false"), (UNCLEAR, "open"), (FEW, "open")]
)
def test_the_whole_interval_decides(found: Estimate, judged: str) -> None:
    assert SLOWER.judge(found) == judged


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ({"a": CLEAR, "b": CLEAR}, "true"),
        ({"a": NOT}, "false"),
        ({"a": CLEAR, "b": NOT}, "only when a; false when b"),
        ({"a": CLEAR, "b": NOT, "c": FEW}, "only when a; false when b; undecided: c"),
        ({"a": CLEAR, "b": UNCLEAR}, "true; undecided: b"),
        ({"a": UNCLEAR}, "open: the intervals do not decide; measure longer"),
    ],
)
def test_a_verdict_names_the_conditions_where_they_differ(found: dict[str, Estimate], said: str) -> None:
    assert verdict(SLOWER, found) == said


@pytest.mark.parametrize(("hits", "tried"), [(0, 10), (10, 10), (3, 10), (50, 100), (1, 1)])
def test_a_share_lies_in_its_interval_and_the_interval_in_what_shares_can_be(hits: int, tried: int) -> None:
    found = share(hits, tried)
    assert found.low is not None
    assert found.high is not None
    assert 0 <= found.low <= found.value <= found.high <= 1


def test_wilson_s_interval_is_that_of_his_formula() -> None:
    # statsmodels.stats.proportion.proportion_confint(8, 10, method="wilson")
    found = share(8, 10)
    assert (found.low, found.high) == pytest.approx((0.4901625, 0.9433178), abs=1e-6)


def test_half_widths_of_independent_estimates_add_up_as_variances() -> None:
    found = independent_ratio(Estimate(2.0, 2.0 / 1.3, 2.0 * 1.3, 8), Estimate(1.0, 1 / 1.4, 1.4, 8))
    assert found.value == 2.0
    assert found.high == pytest.approx(2.0 * 2.718281828 ** (0.2623643**2 + 0.3364722**2) ** 0.5, rel=1e-6)
    assert independent_ratio(FEW, CLEAR).low is None


def test_a_claim_is_drawn_with_its_verdict() -> None:
    figure = draw(SLOWER, {"64B split": CLEAR, "64B same": NOT, "1MiB same": FEW}, "here", "a ratio")
    assert "only sometimes" in title_of(figure)
    shares = Claim("none are lost", high=0.01, of_shares=True)
    figure = draw(shares, {"a": share(0, 1000)}, "here", "lost")
    assert title_of(figure).endswith("true; 0.0% [0.0%, 0.4%] of 1000")
    assert written(shares, share(1, 4)) == "25.0% [4.6%, 69.9%] of 4"
