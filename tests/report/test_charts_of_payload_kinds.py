"""Payloads of different kinds are different questions: no chart may throw them together."""

import re
from pathlib import Path

from tests.support.charts import drawn, moved
from tests.support.runs import case, document

from ipcbench.record.run import RunDocument
from ipcbench.report.charts import draw_charts


def two_kinds() -> RunDocument:
    cases = [case(name, size=size) for name in ("pipe", "queue") for size in (64, 256)]
    return document(*cases, *(moved(one, payload_kind="ndarray") for one in cases))


def test_each_kind_has_its_own_charts(tmp_path: Path) -> None:
    kinds = ("bytes", "ndarray")
    names = {f"{chart}-stream-{kind}" for chart in ("throughput", "ratio") for kind in kinds}
    assert set(drawn(two_kinds(), tmp_path)) == names


def test_the_title_says_the_kind_where_a_run_has_several(tmp_path: Path) -> None:
    charts = drawn(two_kinds(), tmp_path)
    for kind in ("bytes", "ndarray"):
        title = " ".join(re.findall(r">([^<>]+)</text>", charts[f"throughput-stream-{kind}"]))
        assert re.search(rf"Throughput: .* \({kind}\)", title)


def test_the_title_says_a_kind_that_is_not_bytes_even_if_it_is_the_only_one(tmp_path: Path) -> None:
    charts = drawn(document(moved(case("pipe"), payload_kind="object")), tmp_path)
    assert "(object)" in charts["throughput-stream"]


def test_handoffs_of_several_kinds_can_be_told_apart(tmp_path: Path) -> None:
    cases = [moved(case("pipe", "handoff"), payload_kind=kind) for kind in ("bytes", "object")]
    text = drawn(document(*cases), tmp_path)["handoff"]
    assert "fork  pipe bytes" in text
    assert "fork  pipe object" in text


def test_a_hostile_kind_leads_nowhere_and_stays_text(tmp_path: Path) -> None:
    cases = [moved(case("pipe"), payload_kind=kind) for kind in ("/../../x$a$<script>", "bytes")]
    charts = drawn(document(*cases), tmp_path)
    assert set(charts) == {"throughput-stream-_.._.._x_a_script_", "throughput-stream-bytes"}
    assert not any("<script" in text for text in charts.values())


def test_numbered_names_do_not_take_another_family_s_name(tmp_path: Path) -> None:
    cases = [moved(case("pipe"), placement=place) for place in ("a/b", "a:b", "a_b-2")]
    assert len(set(draw_charts(document(*cases), tmp_path, "run"))) == 6
