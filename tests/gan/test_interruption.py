"""Signals wait for the end of an iteration, and none is lost."""

from __future__ import annotations

import signal
import threading

import pytest

from tabgan.gan.interruption import held_back


def test_a_signal_waits_until_it_is_asked_for():
    done = []
    with pytest.raises(KeyboardInterrupt), held_back() as answer:
        answer()
        signal.raise_signal(signal.SIGINT)
        done.append("whole")
        answer()
        done.append("more")
    assert done == ["whole"]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_second_one_does_not_wait():
    with pytest.raises(KeyboardInterrupt), held_back():
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)
        pytest.fail("it goes on")


def test_one_that_nobody_asked_for_comes_at_the_end():
    ended = False
    with pytest.raises(KeyboardInterrupt), held_back():
        signal.raise_signal(signal.SIGINT)
        ended = True
    assert ended


def test_handlers_of_others_are_called_and_other_threads_have_none():
    came = []
    before = signal.signal(signal.SIGINT, lambda number, frame: came.append(number))
    try:
        with held_back() as answer:
            signal.raise_signal(signal.SIGINT)
            assert came == []
            answer()
            assert came == [signal.SIGINT]
    finally:
        signal.signal(signal.SIGINT, before)
    inside = []

    def run():
        with held_back() as answer:
            answer()
            inside.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert inside == [before]
