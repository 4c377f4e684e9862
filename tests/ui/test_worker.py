"""The process that runs the commands, and the lines that go to and fro."""

from __future__ import annotations

import io
import json
import sys
import time

import pytest

from tabgan.cli import piped
from tabgan.ui.job import Job
from tabgan.ui.worker import DIED, Worker

ECHO = "import sys, json\nfor line in sys.stdin: print(json.dumps({'code': 0, 'out': line, 'err': ''}), flush=True)"


def test_a_command_runs_in_a_process_of_its_own(tmp_path):
    worker = Worker([sys.executable, "-m", "tabgan.cli.piped"], tmp_path)
    heard = []
    assert worker.run(["--version"], heard.append).out.startswith("tabgan, version")
    refused = worker.run(["info", "nothing.tabgan"], heard.append)
    assert (refused.code, refused.out, heard) == (2, "", [])
    assert refused.err.startswith("Error: ")
    assert worker.run(["nonsense"], heard.append).code == 2
    worker.close()


def test_a_process_that_dies_is_said_and_another_begins(tmp_path):
    worker = Worker([sys.executable, "-c", "import os; os._exit(9)"], tmp_path)
    outcome = worker.run(["fit"], print)
    assert (outcome.code, "(code 9)" in outcome.err) == (DIED, True)
    worker.program = [sys.executable, "-c", ECHO]
    assert worker.run(["fit"], print).out == '["fit"]\n'
    worker.close()


def test_what_does_not_heed_is_ended_the_second_time(tmp_path):
    worker = Worker([sys.executable, "-c", "import time; time.sleep(60)"], tmp_path)
    job = Job("learn", [["fit"], ["generate"]], worker)
    job.stop()
    assert job.state == "running"
    while job.state == "running":
        job.stop()
        time.sleep(0.01)
    assert (job.state, len(job.outcomes), job.running) == ("stopped", 1, ["generate"])


def test_stop_is_what_an_interruption_is(monkeypatch):
    """The running command is interrupted, wherever it is; then the next one runs."""
    said = io.StringIO()
    pipe = piped.Pipe(io.StringIO(f'["next"]\n{json.dumps(piped.STOP)}\n'), said)

    def run(arguments, tell):
        if arguments == ["slow"]:
            pipe.hear()  # as the other thread would: it queues the next, interrupts this one, and ends with the pipe
            time.sleep(1)
            pytest.fail("it was not interrupted")
        return {"code": 0, "out": "next", "err": ""}

    monkeypatch.setattr(piped.os, "_exit", lambda code: None)
    monkeypatch.setattr(piped, "obey", run)
    pipe.commands.put(["slow"])
    for _ in range(2):
        pipe.tell(pipe.finish(pipe.commands.get()))
    assert [json.loads(line)["code"] for line in said.getvalue().splitlines()] == [piped.STOPPED, 0]
