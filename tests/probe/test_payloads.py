"""Payloads have exactly the size that was asked for, and their bytes follow from the seed alone."""

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipcbench.probe.payloads.random_bytes import random_bytes


@pytest.mark.parametrize("size", [0, 1, 65535, 65536, 65537, 200_000])
def test_a_payload_has_the_size_asked_for(size: int) -> None:
    assert len(random_bytes(size, 1)) == size


@given(st.integers(0, 300_000), st.integers(0, 2**64))
def test_the_same_seed_gives_the_same_bytes(size: int, seed: int) -> None:
    assert random_bytes(size, seed) == random_bytes(size, seed)


def test_another_seed_gives_other_bytes() -> None:
    assert random_bytes(64, 1) != random_bytes(64, 2)


def test_random_bytes_cannot_be_compressed() -> None:
    assert len(zlib.compress(random_bytes(1 << 20, 1))) >= 1 << 20


def test_no_chunk_repeats_another() -> None:
    payload = random_bytes(1 << 18, 1)
    assert len({payload[at : at + 65536] for at in range(0, len(payload), 65536)}) == 4
