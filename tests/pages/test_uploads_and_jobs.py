"""Is a file name ever a path, and can a load be stopped before it writes?"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass

import pytest

from graphmodel.errors import InputError
from views import jobs, uploads


@dataclass
class File:
    name: str
    content: bytes = b"x"

    def getvalue(self) -> bytes:
        return self.content


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("services.csv", "services.csv"),
        ("../../etc/passwd", "passwd"),
        ("C:\\windows\\a.csv", "a.csv"),
        (".hidden", "hidden"),
        ("a\u202evsc.exe", "a_vsc.exe"),
        ("...", "file"),
    ],
)
def test_an_upload_keeps_a_harmless_name(given, kept):
    assert uploads.safe_name(given) == kept


def test_uploads_lie_in_a_folder_of_their_own_and_go_again():
    folder = uploads.keep([File("../a.csv"), File("b.csv", b"y")])
    assert sorted(path.name for path in folder.iterdir()) == ["a.csv", "b.csv"]
    uploads.forget(folder)
    assert not folder.parent.exists()


def test_two_files_of_one_name_are_refused():
    with pytest.raises(InputError, match=r"a\.csv"):
        uploads.keep([File("x/a.csv"), File("y/a.csv")])


def ended(job: jobs.Job) -> jobs.Job:
    until = time.monotonic() + 5
    while not job.ended and time.monotonic() < until:
        time.sleep(0.01)
    return job


def test_a_job_can_be_stopped_while_it_reads():
    go = threading.Event()

    def work(progress):
        progress("read", 1, 10)
        go.wait(5)
        progress("read", 2, 10)
        return "done"

    job = jobs.start("Load", work)
    job.stop()
    go.set()
    assert ended(job).error == "Stopped; nothing was changed."


def test_once_writing_a_load_runs_to_its_end():
    def work(progress):
        progress("nodes", 1, 2)
        job.stop()
        progress("nodes", 2, 2)
        return "done"

    job = jobs.Job("Load")
    jobs._run(job, work)
    assert (job.result, job.error, job.share) == ("done", None, 1.0)


def test_a_fault_is_one_sentence():
    def work(_):
        raise RuntimeError("secret detail")

    job = ended(jobs.start("Load", work))
    assert "secret" not in job.error
