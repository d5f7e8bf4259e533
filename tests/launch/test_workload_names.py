import pytest

from ipcbench.errors import UsageError
from ipcbench.launch.catalogue import expand
from ipcbench.probe.workloads import WORKLOADS, load_workload


def test_a_bare_name_stands_for_its_usual_sweep() -> None:
    assert expand("workload", ["stream", "burst:7", "acceptance"]) == [
        "stream",
        "burst:7",
        "acceptance:idle",
        "acceptance:burst",
    ]


def test_no_workload_comes_twice() -> None:
    assert expand("workload", ["burst:16", "burst", "burst:16"]).count("burst:16") == 1


@pytest.mark.parametrize("name", WORKLOADS)
def test_every_workload_of_a_sweep_can_be_loaded(name: str) -> None:
    for each in expand("workload", [name]):
        workload = load_workload(each)
        assert workload.unit
        assert workload.summary
        assert bool(workload.sweep) == bool(workload.parameter_name)


@pytest.mark.parametrize(
    ("name", "accepted"),
    [
        ("x", "accepted: stream, ping-pong"),
        ("stream:1", "accepted: stream"),
        ("burst:", "1 to 1000000 messages, as in burst:400"),
        ("burst:0", "1 to 1000000"),
        ("burst:-1", "1 to 1000000"),
        ("burst:9999999", "1 to 1000000"),
        ("close:1e3", "as in close:100"),
        ("busy-producer:5", "as in busy-producer:5ms"),
        ("busy-producer:0ms", "0.001ms"),
        ("busy-producer:nanms", "0.001ms"),
        ("acceptance:x", "acceptance:idle, acceptance:burst"),
    ],
)
def test_a_wrong_parameter_says_what_is_accepted(name: str, accepted: str) -> None:
    with pytest.raises(UsageError) as refusal:
        expand("workload", [name])
    assert accepted in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_binding_a_parameter_leaves_the_workload_as_it_was() -> None:
    assert load_workload("burst:16").parameter == "16"
    assert load_workload("burst").parameter == ""
