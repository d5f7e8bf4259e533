"""Verdicts as people, CI and programs read them."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import replace
from xml.etree import ElementTree as Xml

import pytest
from tests.support.cases import USUAL

from ipcbench.report.formats import FORMATS
from ipcbench.report.verdicts import Comparisons, Row, guarantee
from ipcbench.statistics.decision import Decision, Rule, Verdict

SLOWER = Row("stream 64B split", "b", Decision(Verdict.REGRESSED, 1.2, 1.1, 1.3, 6), 2.0)
SAME = Row("stream 1MiB split", "b", Decision(Verdict.NOT_SLOWER, 1.0, 0.98, 1.02, 12), 3.0)
OPEN = Row("ping-pong 64B same", "b", Decision(Verdict.INCONCLUSIVE, 1.02, 0.9, 1.2, 10, wanted=40), 2.0)
FAILED = Row("ping-pong 1MiB same", "b", None, 0.5, "it | broke & <died>: 100%\nreally\x07")


def found(*rows: Row, conditions: str = "Python 3.13.0", why: str = "") -> Comparisons:
    rule = Rule(0.05, 0.01, len(rows))
    return Comparisons(rows, rule, [("a", "path=old"), ("b", "path=new")], conditions, why)


@pytest.mark.parametrize(
    ("rows", "status"),
    [([SAME], 0), ([SAME, SLOWER, OPEN, FAILED], 1), ([SAME, OPEN], 3), ([SAME, OPEN, FAILED], 4), ([], 4)],
)
def test_the_gravest_row_decides_the_exit_status(rows: Sequence[Row], status: int) -> None:
    assert found(*rows).exit_status == status


def test_an_adjusted_ratio_stands_in_a_column_of_its_own_and_is_never_the_time_a_message() -> None:
    why = "beside its loop improved, but a message took 1.910 times as long"
    moved = Decision(Verdict.INCONCLUSIVE, 0.653, 0.5, 0.8, 6)
    both = found(Row("stream 64B split", "head", moved, 0.0, raw=1.91, undecided=why), SAME)
    heading, row, *_ = FORMATS["text"](both).splitlines()[3:]
    assert "time a message to a's" in heading
    assert "beside its loop" in heading
    assert "1.910×" in row
    assert "0.653× [0.500, 0.800]" in row
    assert why in row
    told = json.loads(FORMATS["json"](both))["comparisons"][0]
    assert (told["ratio"], told["low"], told["adjusted_ratio"]) == (1.91, None, 0.653)
    assert f"| 1.910× | 0.653× [0.500, 0.800] | inconclusive | 6 | {why} |" in FORMATS["markdown"](both)
    assert why.replace(":", "%3A") in FORMATS["github"](both) or why in FORMATS["github"](both)
    assert "beside its loop" not in FORMATS["text"](found(SAME))


def test_an_interrupted_comparison_is_no_pass() -> None:
    assert Comparisons([SAME], Rule(0.05, 0.01), [], "", interrupted=True).exit_status == 4


def test_text_shows_each_cell_its_ratio_and_what_would_decide() -> None:
    text = FORMATS["text"](found(SLOWER, SAME, OPEN, FAILED))
    assert "1.200× [1.100, 1.300]  regressed" in text
    assert "about 40 launches (8 s) would decide" in text
    assert "1 regressed, 1 not slower, 1 inconclusive, 1 failed" in text
    assert text.startswith("a: path=old\nb: path=new\n")


def test_warnings_stand_before_figures_and_promises_after_them() -> None:
    one = Comparisons(
        [SAME],
        Rule(0.05, 0.01),
        [("a", "x"), ("b", "y")],
        "here",
        warnings=["differs: kernel"],
        notes=[guarantee(Rule(0.05, 0.01))],
    )
    text = FORMATS["text"](one)
    assert text.startswith("differs: kernel\n")
    assert "at most 1 % of such commands call any of the 1 comparisons regressed" in text.splitlines()[-1]
    assert "a slowdown of 5 % or more passes in at most 0.2 %" in text.splitlines()[-1]
    assert json.loads(FORMATS["json"](one))["warnings"] == ["differs: kernel"]
    assert "differs: kernel" in FORMATS["markdown"](one).partition("| cell")[0]


def test_json_has_every_figure_and_no_number_that_json_does_not_know() -> None:
    few = Row("stream", "b", Decision(Verdict.INCONCLUSIVE, math.nan, 0.0, math.inf, 0, 6), 0.0)
    told = json.loads(FORMATS["json"](found(SLOWER, few)), parse_constant=pytest.fail)
    assert told["exit_status"] == 1
    assert told["comparisons"][0]["ratio"] == 1.2
    assert told["comparisons"][1]["ratio"] is None
    assert told["comparisons"][1]["high"] is None


def test_junit_counts_regressions_as_failures_and_holds_any_text() -> None:
    suite = Xml.fromstring(FORMATS["junit"](found(SLOWER, SAME, OPEN, FAILED, why="ipcbench explain")))
    assert {name: suite.attrib[name] for name in ("tests", "failures", "errors", "skipped")} == {
        "tests": "4",
        "failures": "1",
        "errors": "1",
        "skipped": "1",
    }
    failure = suite.find("testcase/failure")
    assert failure is not None
    assert "1.200× [1.100, 1.300]" in failure.attrib["message"]
    assert "why: ipcbench explain" in failure.attrib["message"]
    error = suite.find("testcase/error")
    assert error is not None
    assert "it | broke & <died>: 100%" in error.attrib["message"]


def test_github_marks_what_is_wrong_and_no_text_can_forge_a_command() -> None:
    lines = FORMATS["github"](found(SLOWER, SAME, FAILED)).splitlines()
    commands = [line for line in lines if line.startswith("::")]
    assert len(commands) == 4
    assert commands[0].startswith("::error title=ipcbench%3A regressed::stream 64B split")
    assert "100%25 really" in commands[1]
    assert commands[2].startswith("::stop-commands::")
    token = commands[2].rpartition("::")[2]
    assert commands[3] == f"::{token}::"
    forged = FORMATS["github"](
        found(Row("x", "b", None, 0.0, "\n::set-env name=A::b"), conditions="::error::pwned\n::error::too")
    ).splitlines()
    stopped = next(i for i, line in enumerate(forged) if line.startswith("::stop-commands::"))
    assert not [line for line in forged[:stopped] if line.startswith(("::set-env", "::error::"))]
    assert token not in "".join(forged), "nobody can know it beforehand"


def test_what_differs_comes_before_figures_wherever_verdicts_are_read() -> None:
    one = Comparisons(
        [SLOWER], Rule(0.05, 0.01), [("a", "x"), ("b", "y")], "here", warnings=["differs: kernel"]
    )
    assert FORMATS["github"](one).startswith("::warning title=ipcbench::differs: kernel\n::error")
    suite = Xml.fromstring(FORMATS["junit"](one))
    assert suite[0].tag == "properties"
    assert [each.attrib["value"] for each in suite[0]] == ["differs: kernel", "x", "y", "here"]


def test_words_of_a_channels_error_are_no_markup_of_ours() -> None:
    text = FORMATS["text"](found(Row("x", "b", None, 0.0, "bad options [/dev/shm] [abc] :cat:")))
    assert "bad options [/dev/shm] [abc] :cat:" in text


def test_words_of_a_channels_error_are_no_html_link_or_picture_of_a_comment() -> None:
    why = "![a](http://b) [c]: http://d <img src=e> *f* | g \\"
    text = FORMATS["markdown"](found(Row("x", "b", None, 0.0, why), conditions=why))
    assert not [sign for sign in ("](", "]:", "<img", " *f", " | g ") if sign in text]
    assert (
        FORMATS["markdown"](
            Comparisons([SAME], Rule(0.05, 0.01), [("a", "path=`x`"), ("b", "y")], "here")
        ).count("`")
        == 4
    )


def test_markdown_cells_stay_in_their_columns() -> None:
    rows = [line for line in FORMATS["markdown"](found(FAILED)).splitlines() if line.startswith("| ping")]
    assert len(rows) == 1
    assert rows[0].replace("\\|", "").count("|") == 7


def test_page_faults_of_both_arms_stand_beside_the_verdict_and_regimes_are_named() -> None:
    few, many = [(258.0, 2.0)] * 5, [(752.0, 2.0)] * 5
    row = replace(
        SAME,
        case=replace(USUAL, payload_bytes=1 << 20),
        logs=[math.log(0.9)] * 5 + [math.log(0.5)] * 5,
        faults=few + many,
    )
    text = FORMATS["text"](found(row))
    assert "505 → 2" in text
    assert "by the arms' heap 260 faults, 0.90× (5 launches) or 754 faults, 0.50× (5 launches)" in text
    assert "heap" not in FORMATS["text"](found(replace(row, logs=[0.0] * 10)))
    assert json.loads(FORMATS["json"](found(row)))["comparisons"][0]["faults"] == [
        list(pair) for pair in few + many
    ]
