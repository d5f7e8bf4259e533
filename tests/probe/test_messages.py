"""What goes over the wire is one of a list of types; anything else is an error, and never a trial."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.support.peers import FREE_PAIR

from ipcbench.errors import CaseError
from ipcbench.launch.interpreter import find_interpreter
from ipcbench.launch.launcher import Launcher
from ipcbench.probe.protocol import messages
from ipcbench.probe.protocol.encoding import ProtocolError, decode, encode, expect
from ipcbench.probe.protocol.messages import Done, Failed, RunTrial, Stop
from ipcbench.probe.protocol.spec import ProbeSpec


@pytest.mark.parametrize("kind", messages.TYPES.values(), ids=lambda kind: kind.__name__)
def test_every_message_arrives_as_what_it_was(kind: Any) -> None:
    values = {"int": 3, "float": 0.5, "str": "a", "dict": {"a": 1}, "list": [1], "Union": None}
    sent = kind(**{name: values[text.partition("[")[0]] for name, text in kind.fields.items()})
    assert decode(json.loads(json.dumps(encode(sent)))) == sent


@pytest.mark.parametrize(
    ("plain", "says"),
    [
        ({"type": "Dance"}, "unknown message 'Dance'; known: LauncherHello, "),
        ({"messages": 1}, "unknown message None"),
        ({"type": ["RunTrial"]}, "unknown message"),
        (["RunTrial"], "unknown message None"),
        (None, "unknown message None"),
        ({"type": "RunTrial", "messages": 1}, "message RunTrial: .*timeout_s"),
        ({"type": "Stop", "now": True}, "message Stop: .*now"),
        ({"type": "RunTrial", "messages": "1", "timeout_s": 1}, "RunTrial: messages is str, not int"),
        ({"type": "Backlog", "messages": [1]}, "Backlog: messages is list, not Union"),
        ({"type": "Traced", "rows": {}}, "Traced: rows is dict, not list"),
    ],
)
def test_what_is_no_message_is_an_error(plain: Any, says: str) -> None:
    with pytest.raises(ProtocolError, match=says):
        decode(plain)


def test_a_message_is_a_value() -> None:
    asked = RunTrial(3, timeout_s=1.0)
    assert asked == RunTrial(messages=3, timeout_s=1.0, lead=0) != RunTrial(3, 1.0, 1)
    assert Done() != Stop()
    assert repr(asked) == "RunTrial(messages=3, timeout_s=1.0, lead=0)"
    with pytest.raises(AttributeError, match="messages of a message stays as it is"):
        asked.messages = 4  # type: ignore[misc]


@pytest.mark.parametrize(
    ("values", "named", "says"),
    [
        ((), {"messages": 1}, "timeout_s is missing"),
        ((1, 1.0, 0, 0), {}, "4 values for 3 fields"),
        ((1,), {"messages": 1, "timeout_s": 1.0}, "messages is given twice"),
        ((1, 1.0), {"self": 1}, "no field self|multiple values"),
        ((1, 1.0), {"fields": 1}, "no field fields"),
    ],
)
def test_a_message_is_made_of_its_fields_only(values: Any, named: Any, says: str) -> None:
    with pytest.raises(TypeError, match=says):
        RunTrial(*values, **named)


def test_an_answer_of_another_type_is_an_error_and_a_failure_tells_its_own() -> None:
    assert expect(Done(), Done) == Done()
    with pytest.raises(ProtocolError, match="TrialTimes was expected, not Done"):
        expect(Done(), messages.TrialTimes)
    with pytest.raises(CaseError, match="boom"):
        expect(Failed("boom"), Done)


@pytest.mark.parametrize(
    "stranger", [{"type": "Dance"}, encode(messages.Reap(1, 1.0)), {"do": "trial", "messages": 1}]
)
def test_a_driver_and_a_launcher_refuse_what_they_do_not_know_and_go_on(stranger: dict[str, Any]) -> None:
    spec = ProbeSpec("pipe", "stream", "bytes", 64, "fork", FREE_PAIR, seed=1)
    with Launcher(find_interpreter(None)) as launcher, launcher.ready(spec, 20) as probe:
        probe._wire.send(stranger)
        with pytest.raises(CaseError, match=r"unknown message|does not obey"):
            probe.answer(5, object)
        assert probe.trial(10, 5)[0].messages == 10
        launcher._wire.send({**encode(RunTrial(1, 1.0))})
        with pytest.raises(CaseError, match="a launcher does not obey RunTrial"):
            expect(decode(launcher._wire.receive(5)[0]), Done)
    assert encode(Stop()) == {"type": "Stop"}
