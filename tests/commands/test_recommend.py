"""Which channel to choose: from stored runs of this machine where they answer, else measured."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.support.runs import case, document, varied
from tests.support.tunings import Machine

from ipcbench.analysis.groups import read_groups
from ipcbench.analysis.recommendation import Recommendation
from ipcbench.api.answers import Recommended
from ipcbench.commands.promises import Needs
from ipcbench.commands.recommend import ask, recommend
from ipcbench.errors import UsageError
from ipcbench.launch.interpreter import find_interpreter
from ipcbench.machine.facts import host_facts
from ipcbench.plan.coordinates import USUAL_HEAP
from ipcbench.probe.channels import CHANNELS, load_channel
from ipcbench.record.run import Benchmark, RunDocument, read_run
from ipcbench.record.store import Store
from ipcbench.report.recommendation import recommendation_json, recommendation_text
from ipcbench.words import INTERRUPTED

HERE: dict[str, Any] = {"channel": "pipe,duplex-pipe,queue", "placement": "split", "start_method": "fork"}
FORK_ONLY = "tests.support.channels:Inherited"


def measured(channel: str, size: int, seconds: float, workload: str = "stream", **more: Any) -> Benchmark:
    python = find_interpreter(None).label
    return case(channel, workload, size, seconds, python=python, heap=USUAL_HEAP, holds=True, **more)


def of_this_machine(*cases: Benchmark) -> RunDocument:
    return varied(document(*cases), **host_facts())


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path)


def keep(store: Store, run: RunDocument, number: int = 1) -> Path:
    path = store.folder / f"{number:04}_now.json"
    path.write_bytes(msgspec.json.encode(run))
    return path


def crossing() -> RunDocument:
    """The duplex Pipe is twice as slow at 64 B, and twice as fast at 1 MiB."""
    return of_this_machine(
        *(measured("pipe", size, seconds) for size, seconds in ((64, 1e-6), (1 << 20, 1e-3))),
        *(measured("duplex-pipe", size, seconds) for size, seconds in ((64, 2e-6), (1 << 20, 5e-4))),
        *(measured("queue", size, seconds) for size, seconds in ((64, 3e-6), (1 << 20, 2e-3))),
    )


def answer(store: Store, asked: dict[str, Any], **more: Any) -> Recommendation:
    needs = Needs(**{each.name: more.pop(each.name) for each in fields(Needs) if each.name in more})
    return recommend(ask(asked, priority=more.pop("priority", "throughput"), needs=needs), store, **more)


def sources(found: Recommendation) -> dict[Path, bool]:
    """Return which runs answer, and whether each was measured for this."""
    return {each.run: each.measured for each in found.sources}


def test_of_all_channels_those_that_are_missing_are_refused_with_what_to_install() -> None:
    choice = ask({"channel": "all", "size": "64"}, priority="throughput")
    missing = {name: why for name, each in CHANNELS.items() if (why := load_channel(name).missing())}
    of_their_own = {name for name in missing if load_channel(name).traits.of_its_own}
    assert of_their_own <= set(choice.refused)
    assert all(missing[name] in choice.refused[name] for name in of_their_own)
    chosen = {case.channel for case in choice.cases}
    assert {"pipe", "shared-ring", "unix-socket"} <= chosen
    assert not chosen & set(missing)


def test_a_stored_run_of_this_machine_answers_and_nothing_is_measured(store: Store) -> None:
    path = keep(store, crossing())
    found = answer(store, {**HERE, "size": "64,1MiB"})
    assert sources(found) == {path: False}
    assert [ranking.best.channel for ranking in found.rankings] == ["pipe", "duplex-pipe"]
    assert [each.channel for each in found.rankings[0].channels] == ["pipe", "duplex-pipe", "queue"]
    assert found.rankings[0].channels[1].ratio
    assert found.rankings[0].channels[1].ratio.value == pytest.approx(2, rel=0.01)
    assert len(store.records()) == 1


def test_each_size_is_looked_up_for_itself_and_the_newest_that_has_it_answers(store: Store) -> None:
    small = [measured(name, 64, seconds) for name, seconds in (("pipe", 1e-6), ("queue", 2e-6))]
    large = [measured(name, 1 << 20, seconds) for name, seconds in (("pipe", 2e-3), ("queue", 1e-3))]
    keep(store, of_this_machine(*small))
    both = keep(store, of_this_machine(*small, *large), number=2)
    newest = keep(store, of_this_machine(*small), number=3)
    found = answer(store, {**HERE, "channel": "pipe,queue", "size": "64,1MiB"})
    assert [each.run for each in found.sources] == [newest, both]
    assert len(store.records()) == 3
    text = recommendation_text(found)
    assert f"64B: by {newest} (stored 2026-11-01 12:00)" in text
    assert f"1MiB: by {both} (stored 2026-11-01 12:00)" in text
    (each,) = found.answers[0].crossovers
    assert (each.below, each.above) == ("pipe", "queue")


def test_what_no_stored_run_answers_is_measured_and_nothing_else_is(store: Store) -> None:
    """The run that is stored has no message of 1 KiB."""
    stored = keep(store, of_this_machine(measured("pipe", 64, 1e-6), measured("queue", 64, 2e-6)))
    asked = {**HERE, "channel": "pipe,queue", "size": "64,1KiB"}
    found = answer(store, asked, max_time_s=0.3, seed=1)
    assert [each.measured for each in found.sources] == [False, True]
    _, made = store.records()
    assert [each.run for each in found.sources] == [stored, made]
    assert {one.case.payload_bytes for group in read_groups(read_run(made)) for one in group.asked} == {1024}
    text = recommendation_text(found)
    assert f"64B: by {stored} (stored " in text
    assert f"1KiB: by {made} (measured for this)" in text
    told = json.loads(recommendation_json(found))["sizes"]
    assert [(each["run"], each["measured"]) for each in told] == [(str(stored), False), (str(made), True)]


def test_a_stored_answer_stands_though_what_is_missing_fails(store: Store) -> None:
    name = "tests.support.channels:Unwilling"
    keep(store, of_this_machine(measured(name, 64, 1e-6)))
    found = answer(store, {**HERE, "channel": name, "size": "64,1KiB"}, max_time_s=0.3, seed=1)
    assert [each.case.payload_bytes for each in found.rankings] == [64]
    assert found.failed
    assert "not today" in found.refused[name]


def test_a_stored_run_that_was_cut_off_answers_and_nothing_is_cut_off_now(store: Store) -> None:
    run = crossing()
    assert run.ipcbench
    stopped = msgspec.structs.replace(run.ipcbench, stopped_by=INTERRUPTED)
    keep(store, msgspec.structs.replace(run, ipcbench=stopped))
    found = answer(store, {**HERE, "size": "64"})
    assert not found.interrupted
    assert not found.failed


def test_it_says_up_to_which_size_the_one_is_better(store: Store) -> None:
    keep(store, crossing())
    found = answer(store, {**HERE, "size": "64,1MiB"})
    (each,) = found.answers[0].crossovers
    assert (each.below, each.above) == ("pipe", "duplex-pipe")
    assert each.size == pytest.approx(8192, rel=0.05)
    text = recommendation_text(found)
    assert "pipe up to 8" in text
    assert "duplex-pipe above" in text
    assert text.startswith("64B: pipe, 1.00 µs")


def test_of_several_start_methods_each_has_an_answer_of_its_own(store: Store) -> None:
    spawned = [("pipe", 2e-6), ("duplex-pipe", 2e-6), ("queue", 1e-6)]
    under_spawn = [measured(name, 64, seconds, start_method="spawn") for name, seconds in spawned]
    keep(store, of_this_machine(*crossing().benchmarks, *under_spawn))
    found = answer(store, {**HERE, "start_method": "fork,spawn", "size": "64"})
    assert list(sources(found).values()) == [False]
    assert [each.rankings[0].best.channel for each in found.answers] == ["pipe", "queue"]
    pipe, queue, *_ = recommendation_text(found).splitlines()
    assert pipe.startswith("64B fork: pipe, 1.00 µs")
    assert queue.startswith("64B spawn: queue, 1.00 µs")
    told = json.loads(recommendation_json(found))
    assert [each["start_method"] for each in told["sizes"]] == ["fork", "spawn"]
    assert Recommended(found).best == {"64B fork": "pipe", "64B spawn": "queue"}


def test_where_another_channel_gets_better_is_told_of_each_placement(store: Store) -> None:
    """The runs of `crossing` at both placements."""
    both = [
        with_case(each, placement=placement)
        for placement in ("split", "same")
        for each in crossing().benchmarks
    ]
    keep(store, of_this_machine(*both))
    found = answer(store, {**HERE, "placement": "split,same", "size": "64,1MiB"})
    lines = recommendation_text(found).splitlines()
    assert [line.partition(":")[0] for line in lines[:6]] == [
        "64B split", "1MiB split", "64B same", "1MiB same", "split", "same",
    ]  # fmt: skip
    assert lines[4].startswith("split: pipe up to 8")
    told = json.loads(recommendation_json(found))["crossovers"]
    assert [each["placement"] for each in told] == ["split", "same"]


def test_a_channel_answers_for_the_start_methods_that_it_serves(store: Store) -> None:
    run = of_this_machine(
        measured("pipe", 64, 2e-6),
        measured(FORK_ONLY, 64, 1e-6),
        measured("pipe", 64, 2e-6, start_method="spawn"),
    )
    keep(store, run)
    asked = {**HERE, "channel": f"pipe,{FORK_ONLY}", "start_method": "fork,spawn", "size": "64"}
    found = answer(store, asked)
    assert [each.rankings[0].best.channel for each in found.answers] == [FORK_ONLY, "pipe"]
    (why,) = found.refused.values()
    assert "spawn" in why


def test_what_was_never_measured_beside_the_first_has_no_place_and_it_is_said(store: Store) -> None:
    """However fast: what machine it had, in passes of its own, nobody knows."""
    alone = later(measured("duplex-pipe", 64, 1e-9), by=10)
    keep(store, of_this_machine(alone, measured("pipe", 64, 2e-6, launches=6), measured("queue", 64, 1e-6)))
    found = answer(store, {**HERE, "size": "64"})
    (ranking,) = found.rankings
    assert [each.channel for each in ranking.channels] == ["queue", "pipe"]
    assert ranking.apart == ["duplex-pipe"]
    assert "not ranked: 64B: duplex-pipe: never measured beside queue" in recommendation_text(found)
    assert json.loads(recommendation_json(found))["sizes"][0]["apart"] == ["duplex-pipe"]


def later(benchmark: Benchmark, by: int) -> Benchmark:
    record = benchmark.extra_info.ipcbench
    assert record
    rows = [msgspec.structs.replace(row, pass_number=row.pass_number + by) for row in record.launches]
    info = msgspec.structs.replace(
        benchmark.extra_info, ipcbench=msgspec.structs.replace(record, launches=rows)
    )
    return msgspec.structs.replace(benchmark, extra_info=info)


def test_what_is_as_good_as_the_first_is_said_to_be_no_worse(store: Store) -> None:
    keep(store, of_this_machine(measured("pipe", 64, 1e-6), measured("duplex-pipe", 64, 1e-6)))
    found = answer(store, {**HERE, "channel": "pipe,duplex-pipe", "size": "64"})
    assert len(found.rankings[0].as_good) == 1
    assert "cannot be separated from" in recommendation_text(found)


@pytest.mark.parametrize(
    ("asked", "refused", "why"),
    [
        ({"lossless": True}, "queue", "are lost when an end dies"),
        ({"senders": 2}, "pipe", "has 1 sender alone and 1 receiver alone"),
        ({"receivers": 3}, "duplex-pipe", "has 1 sender alone and 1 receiver alone"),
    ],
)
def test_no_choice_breaks_what_was_asked(store: Store, asked: dict[str, Any], refused: str, why: str) -> None:
    keep(store, crossing())
    found = answer(store, {**HERE, "size": "64"}, **asked)
    assert why in found.refused[refused]
    assert refused not in {each.channel for each in found.rankings[0].channels}
    assert f"not ranked: {refused}: " in recommendation_text(found)


def test_what_a_channel_cannot_carry_is_no_choice_but_others_are(store: Store) -> None:
    python = find_interpreter(None).label
    kinds = [
        case("pipe", "stream", 64, 1e-6, python=python, heap=USUAL_HEAP, holds=True),
        case("queue", "stream", 64, 2e-6, python=python, heap=USUAL_HEAP, holds=True),
    ]
    run = of_this_machine(
        *(with_case(each, payload_kind="tests.support.payloads:Records:2") for each in kinds)
    )
    keep(store, run)
    found = answer(
        store,
        {
            **HERE,
            "channel": "pipe,queue,bytes-pipe",
            "size": "64",
            "payload": "tests.support.payloads:Records:2",
        },
    )
    assert "carries bytes, not" in found.refused["bytes-pipe"]
    assert found.rankings[0].best.channel == "pipe"


def with_case(benchmark: Benchmark, **changes: str) -> Benchmark:
    record = benchmark.extra_info.ipcbench
    assert record
    row = msgspec.structs.replace(record.case, **changes)
    info = msgspec.structs.replace(benchmark.extra_info, ipcbench=msgspec.structs.replace(record, case=row))
    return msgspec.structs.replace(benchmark, extra_info=info)


def test_cpu_time_is_ranked_by_what_both_ends_spend(store: Store) -> None:
    """The usage of made-up cases is the same, so that nothing can be separated."""
    keep(store, of_this_machine(measured("pipe", 64, 1e-6, faults=1), measured("queue", 64, 3e-6, faults=1)))
    found = answer(store, {**HERE, "channel": "pipe,queue", "size": "64"}, priority="cpu")
    assert {each.channel for each in found.rankings[0].channels} == {"pipe", "queue"}
    assert "CPU time a message" in recommendation_text(found)


@pytest.mark.parametrize(
    "other",
    [
        lambda run: varied(run, cpu="Another 8000"),
        lambda run: varied(run, kernel="5.0"),
        lambda run: msgspec.structs.replace(run, benchmarks=run.benchmarks[:1]),
    ],
)
def test_a_run_of_another_machine_or_of_less_does_not_answer(store: Store, other: Any) -> None:
    keep(store, other(of_this_machine(measured("pipe", 64, 1e-6), measured("queue", 64, 2e-6))))
    found = answer(store, {**HERE, "channel": "pipe,queue", "size": "64"}, max_time_s=0.3, seed=1)
    assert list(sources(found).values()) == [True]
    assert len(store.records()) == 2
    assert {each.channel for each in found.rankings[0].channels} == {"pipe", "queue"}


def test_a_damaged_record_stands_in_nobodys_way(store: Store) -> None:
    good = keep(store, crossing())
    (store.folder / "0002_now.json").write_text(good.read_text(encoding="utf-8")[:200], encoding="utf-8")
    assert sources(answer(store, {**HERE, "size": "64"})) == {good: False}


def test_fresh_measures_whatever_is_stored_and_a_channel_that_fails_is_told(store: Store) -> None:
    keep(store, crossing())
    asked = {**HERE, "channel": "pipe,tests.support.channels:Unwilling", "size": "64"}
    found = answer(store, asked, fresh=True, max_time_s=0.3, seed=1)
    assert list(sources(found).values()) == [True]
    assert found.failed
    assert "not today" in found.refused["tests.support.channels:Unwilling"]
    assert [each.channel for each in found.rankings[0].channels] == ["pipe"]


@pytest.mark.parametrize(
    ("asked", "more", "says"),
    [
        ({"workload": "stream"}, {"priority": "latency"}, "stream times no single messages"),
        ({"channel": "queue"}, {"lossless": True}, "queue: messages that were accepted are lost"),
        ({"channel": "null"}, {}, "null: hands nothing over"),
        ({"channel": "tube"}, {}, "unknown channel 'tube'"),
        ({"size": "many"}, {}, "size 'many'"),
        ({}, {"priority": "beauty"}, "accepted: throughput, latency, cpu"),
    ],
)
def test_a_question_without_an_answer_is_one_line(
    store: Store, asked: dict[str, str], more: dict[str, Any], says: str
) -> None:
    with pytest.raises(UsageError, match=says) as error:
        answer(store, {**HERE, **asked}, **more)
    assert "\n" not in str(error.value)


def test_json_has_a_choice_a_size_with_its_figures(store: Store) -> None:
    keep(store, crossing())
    told = json.loads(recommendation_json(answer(store, {**HERE, "size": "64,1MiB"})))
    small, large = told["sizes"]
    assert (small["size"], small["choose"], small["cannot_be_separated"]) == ("64B", "pipe", [])
    assert large["choose"] == "duplex-pipe"
    assert [each["channel"] for each in small["channels"]] == ["pipe", "duplex-pipe", "queue"]
    assert small["channels"][0]["ratio"] is None
    assert all(each["reason"] for each in small["channels"])
    assert small["settings"].startswith("settings worth changing: ipcbench tune --channel pipe")
    assert small["channels"][1]["ratio_low"] > 1.9
    assert told["crossovers"][0]["low"] <= told["crossovers"][0]["size"] <= told["crossovers"][0]["high"]


def test_the_settings_to_try_next_are_those_of_the_best_channel(store: Store) -> None:
    keep(store, crossing())
    text = recommendation_text(answer(store, {**HERE, "size": "1MiB"}))
    assert (
        "settings worth changing: ipcbench tune --channel duplex-pipe --workload stream --size 1MiB "
        "--start-method fork --placement split" in text
    )


def test_settings_that_a_stored_tuning_found_stand_beside_the_answer(store: Store) -> None:
    """The newest tuning of the best channel's case; one of another size says nothing of it."""
    keep(store, crossing())
    usual = {"channel": "duplex-pipe", "start_method": "fork", "placement": "split", "size": "1MiB"}
    Machine(factors={"mallopt": 0.9}).tuned(store.folder, **usual)
    Machine(factors={"mallopt": 0.5}).tuned(store.folder, **usual)
    found = answer(store, {**HERE, "size": "64,1MiB"})
    assert list(found.tunings) == [1]
    told = recommendation_text(found).splitlines()
    assert told[-2].startswith("settings worth changing: ipcbench tune --channel pipe ")
    assert told[-1].startswith("settings: duplex-pipe, 1MiB: with malloc a message takes 0.50× [")
    (store.folder / "0004_now.json").write_text('{"ipcbench": {"kind": "tuning"}}', encoding="utf-8")
    assert list(answer(store, {**HERE, "size": "64,1MiB"}).tunings) == [1]
    # Of another machine it would say nothing about this one.
    for path in store.folder.glob("000[23]_*.json"):
        record = json.loads(path.read_text(encoding="utf-8"))
        record["ipcbench"]["host"]["cpu"] = "Another 9000"
        path.write_text(json.dumps(record), encoding="utf-8")
    assert answer(store, {**HERE, "size": "64,1MiB"}).tunings == {}


def test_a_channel_whose_server_is_not_here_is_not_chosen_and_that_is_said(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "ipcbench.launch.possible.missing", lambda name, _: "no server" if name == "queue" else ""
    )
    keep(store, crossing())
    found = answer(store, {**HERE, "size": "64"})
    assert found.refused["queue"] == "queue: no server"
    assert "queue" not in [each.channel for ranking in found.rankings for each in ranking.channels]


def test_who_sends_and_who_receives_is_asked_apart() -> None:
    """Many to one is not any number at either end."""
    names = "pipe,zmq-push,queue"
    found = ask({**HERE, "channel": names, "size": "64"}, priority="throughput", needs=Needs(senders=4))
    assert {case.channel for case in found.cases} == {"zmq-push", "queue"}
    found = ask(
        {**HERE, "channel": names, "size": "64"}, priority="throughput", needs=Needs(senders=4, receivers=2)
    )
    assert {case.channel for case in found.cases} == {"queue"}
    assert found.refused["zmq-push"] == "has any number of senders and 1 receiver alone"
    with pytest.raises(UsageError, match="0 senders, 1 receivers; accepted: 1 of each or more"):
        ask({**HERE, "size": "64"}, priority="throughput", needs=Needs(senders=0))
