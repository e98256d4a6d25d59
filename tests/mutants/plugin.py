"""Runs the tests once, then for each mutant those that pass through the changed line, each time in a forked process.

The parent has made what the tests share (plans, the embedded cloud); a child only exchanges the code of the changed
function. Starting a process for each mutant, as cosmic-ray's own runner does, would take a thousand times longer.
"""

import gc
import os
import signal
import time
from collections import defaultdict
from types import FunctionType

import coverage
import pytest
from _pytest.runner import runtestprotocol

from .mutations import swapped
from .targets import REPOSITORY

PATIENCE_SECONDS = 10


class Mutate:
    """A plugin that judges mutants instead of reporting tests.

    Args:
        mutants: to be judged.
        tell: called with each mutant and what it came to.
        doubt: whether a test that fails is run again without the mutant, because a mutant may leave wrong rows behind.
    """

    def __init__(self, mutants, tell, *, doubt):
        self.mutants = mutants
        self.tell = tell
        self.doubt = doubt

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session):
        session.items, seconds, through = self.measured(session)
        while (number := in_child(lambda: failing(session.items, [], seconds))) is not None:
            if number == len(session.items):
                break
            print(f"left out, it fails the second time, without any mutant: {session.items.pop(number).nodeid}")
        else:
            pytest.exit("the tests hang the second time, without any mutant", 1)
        functions = defaultdict(list)
        for found in gc.get_objects():
            if type(found) is FunctionType and found.__code__.co_filename.startswith(str(REPOSITORY)):
                functions[found.__code__].append(found)
        gc.freeze()  # else each child copies what the parent holds, by looking whether it is still used
        noticed = defaultdict(dict)  # by file and test: the last mutant that it noticed; it goes first for the next one
        for number, mutant in enumerate(self.mutants):
            lines = through.get(mutant.file, {})
            tests = {name for line in range(mutant.lines[0], mutant.lines[1] + 1) for name in lines.get(line, ())}
            items = sorted(
                (item for item in session.items if item.nodeid in tests),
                key=lambda item: (-noticed[mutant.file].get(item, -1), seconds[item]),
            )
            began = time.monotonic()
            outcome, by = judged(mutant, items, functions, seconds)
            print(f"{time.monotonic() - began:.1f} s, {len(items)} tests: {mutant.file}:{mutant.lines[0]} {outcome}")
            noticed[mutant.file][by] = number
            broke = self.doubt and by is not None and not sound(by, seconds)
            if number == 0 or not broke:
                self.tell(mutant, outcome)
            if broke:  # what the tests share; the caller begins anew, with this mutant if another one may have done it
                return True
        return True

    def measured(self, session):
        """Run every test once: those that pass, how long they took, and which pass through which line."""
        watched = sorted({str(REPOSITORY / mutant.file) for mutant in self.mutants})
        cover = coverage.Coverage(data_file=None, include=watched, config_file=False)
        cover.start()
        passed, seconds = [], {}
        # The last one is followed by the first, so that what the session shares is not taken away.
        for item, following in zip(session.items, [*session.items[1:], session.items[0]], strict=True):
            began = time.monotonic()
            cover.switch_context(item.nodeid)
            reports = runtestprotocol(item, nextitem=following, log=False)
            seconds[item] = time.monotonic() - began
            if any(report.failed for report in reports):
                print(f"left out, it fails without any mutant: {item.nodeid}")
            else:
                passed.append(item)
        cover.stop()
        data = cover.get_data()
        return (
            passed,
            seconds,
            {os.path.relpath(file, REPOSITORY): data.contexts_by_lineno(file) for file in data.measured_files()},
        )


def judged(mutant, items, functions, seconds):
    """Noticed, with the test that did or the last one where it takes too long; or survived."""
    pairs = [(function, new) for old, new in swapped(mutant) for function in functions.get(old, ())]
    if not items or not pairs:
        return "survived", None
    number = in_child(lambda: failing(items, pairs, seconds))
    if number is None:
        return "noticed", items[-1]
    return ("survived", None) if number == len(items) else ("noticed", items[number])


def sound(item, seconds):
    """Whether a test passes without a mutant."""
    return in_child(lambda: failing([item], [], seconds)) == 1


def failing(items, pairs, seconds):
    """Run tests with other code for some functions; returns the number of the first that fails, or of all.

    A test that takes too long ends the process by its alarm.
    """
    for function, code in pairs:
        function.__code__ = code
    items[0].session._setupstate.teardown_exact(items[0])
    for number, item in enumerate(items):
        following = items[number + 1] if number + 1 < len(items) else item
        signal.setitimer(signal.ITIMER_REAL, PATIENCE_SECONDS + 5 * seconds[item])
        if any(report.failed for report in runtestprotocol(item, nextitem=following, log=False)):
            return number
    return len(items)


def in_child(work):
    """What `work` returns in a forked process; None if that ends before."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.setsid()
        silence = os.open(os.devnull, os.O_RDWR)
        os.dup2(silence, 1)
        os.dup2(silence, 2)
        try:
            os.write(writing, str(work()).encode())
        except BaseException:  # what ends pytest itself, such as SystemExit in a thread's hook
            os.write(writing, b"0")
        finally:
            os._exit(0)
    os.close(writing)
    try:
        answer = os.read(reading, 100)
    finally:
        os.close(reading)
    if not answer:
        os.killpg(child, signal.SIGKILL)  # and what it started
    os.waitpid(child, 0)
    return int(answer) if answer else None
