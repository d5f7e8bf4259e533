from pathlib import Path

import pytest

from ipcbench.errors import UsageError
from ipcbench.plan.arms import Arm, ArmLabel, parse_arms


def test_an_arm_is_what_differs(tmp_path: Path) -> None:
    a, b = parse_arms(
        {
            "a": ["python=python3.11"],
            "b": [f"path={tmp_path}", "start-method=spawn", "switch-interval=0.0005", "env:X=1=2", "env:Y= "],
            "c": [],
        }
    )
    assert a == Arm(ArmLabel("a"), python="python3.11")
    assert b.paths == (str(tmp_path),)
    assert b.coordinates == {"start_method": "spawn"}
    assert b.settings == ("env:X=1=2", "env:Y= ", "switch-interval=0.0005")
    assert str(b).startswith(f"path={tmp_path} start-method=spawn env:X=1=2 env:Y=  switch-interval=0.0005")


@pytest.mark.parametrize(
    ("texts", "says"),
    [
        ({"a": ["channel=pipe"]}, "two arms or more"),
        ({"b": ["channel=pipe"], "c": ["channel=queue"]}, "two arms or more"),
        ({"a": ["pipe"], "b": ["channel=queue"]}, "arm a: 'pipe' is not understood"),
        ({"a": ["channel="], "b": ["channel=queue"]}, "arm a: 'channel=' is not understood"),
        ({"a": ["channel=pipe", "channel=queue"], "b": ["channel=queue"]}, "channel is given twice"),
        ({"a": ["start-method=thread"], "b": ["channel=queue"]}, "unknown start method 'thread'"),
        ({"a": ["start-method=fork,spawn"], "b": ["channel=queue"]}, "accepted: one an arm"),
        ({"a": ["path=/nowhere"], "b": ["channel=queue"]}, "'/nowhere' is no folder"),
    ],
)
def test_what_is_no_arm_is_one_line_that_says_what_is(texts: dict[str, list[str]], says: str) -> None:
    with pytest.raises(UsageError) as refusal:
        parse_arms(texts)
    assert says in str(refusal.value)
    assert "\n" not in str(refusal.value)
