"""gunicorn with one worker, as in production, and what the worker consumes."""

import contextlib
import http.client
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

THREADS = 4
TICK = os.sysconf("SC_CLK_TCK")


@contextlib.contextmanager
def serving(application, folder, environment):
    """Start gunicorn in `folder`; gives the port and the worker's process id."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    gunicorn = [sys.executable, "-m", "gunicorn", application]
    options = ["--workers", "1", "--worker-class", "gthread", "--threads", str(THREADS)]
    options += ["--keep-alive", "60"]
    bound = ["--bind", f"127.0.0.1:{port}", "--log-level", "error"]
    master = subprocess.Popen(  # noqa: S603
        [*gunicorn, *options, *bound], cwd=folder, env=os.environ | environment
    )
    try:
        _wait_for(port)
        yield port, _worker_of(master.pid)
    finally:
        master.terminate()
        master.wait()


def _wait_for(port, patience=60):
    for _ in range(patience * 10):
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", port)).close()
            return
        time.sleep(0.1)
    raise SystemExit("gunicorn did not start.")


def _worker_of(master, patience=60):
    children = Path(f"/proc/{master}/task/{master}/children")
    for _ in range(patience * 10):
        if pids := children.read_text().split():
            return int(pids[0])
        time.sleep(0.1)
    raise SystemExit("gunicorn has no worker.")


def cpu_seconds(pid):
    """What all threads of the process have computed, in user and kernel mode."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def resident_megabytes(pid):
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


class Browser:
    """One connection, kept open; it reads answers whole and keeps no cache."""

    def __init__(self, port, cookie=""):
        self.connection = http.client.HTTPConnection("127.0.0.1", port)
        self.headers = {"Cookie": cookie} if cookie else {}

    def get(self, path, **headers):
        """Status and headers of the answer."""
        try:
            response = self._answer(path, headers)
        except (ConnectionError, http.client.HTTPException):  # it was idle too long
            self.connection.close()
            response = self._answer(path, headers)
        response.read()
        return response.status, dict(response.getheaders())

    def _answer(self, path, headers):
        self.connection.request("GET", path, headers=self.headers | headers)
        return self.connection.getresponse()
