"""What the program weighs beside an empty Django project.

python -m benchmarks.footprint

`manage.py check` and one gunicorn worker after its first page, each against a bare
`startproject` with the same Django; then, as a time for once, `make run` in a fresh
clone until the first page is there. The packages must have been fetched before.
"""

import contextlib
import os
import resource
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from .server import Browser, resident_megabytes, serving

ROOT = Path(__file__).resolve().parent.parent
REPEAT = 7
PATIENCE = 900


def run(command, folder, environment):
    subprocess.run(  # noqa: S603
        command,
        cwd=folder,
        env=os.environ | environment,
        check=True,
        stdout=subprocess.DEVNULL,
    )


def check_seconds(folder, environment):
    """What `manage.py check` computes: the best of some runs."""
    best = float("inf")
    for _ in range(REPEAT):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        run([sys.executable, "manage.py", "check"], folder, environment)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        best = min(best, spent)
    return best


def worker_megabytes(application, folder, environment):
    """What one worker holds after it has answered."""
    with serving(application, folder, environment) as (port, worker):
        browser = Browser(port)
        for _ in range(5):
            browser.get("/")
        return resident_megabytes(worker)


def first_page_seconds():
    """From `make run` in a fresh clone to the first page."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="kashan-clone-") as clone:
        run([shutil.which("git"), "clone", "--quiet", ROOT, clone], ROOT, {})
        start = time.monotonic()
        make = [shutil.which("make"), "run", f"PORT={port}"]
        ours = {"DATABASE_URL", "DEBUG", "ENV_FILE", "SECRET_KEY"}
        bare = {name: os.environ[name] for name in os.environ.keys() - ours}
        making = subprocess.Popen(  # noqa: S603
            make, cwd=clone, env=bare, stdout=subprocess.DEVNULL, start_new_session=True
        )
        try:
            while time.monotonic() - start < PATIENCE and making.poll() is None:
                with contextlib.suppress(OSError):
                    urllib.request.urlopen(f"http://127.0.0.1:{port}/")
                    return time.monotonic() - start
                time.sleep(0.2)
            return None
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(making.pid, signal.SIGTERM)
            making.wait()


def main():
    with tempfile.TemporaryDirectory(prefix="kashan-bare-") as folder:
        bare, database = Path(folder), f"sqlite:///{folder}/ours.sqlite3"
        django_admin = [sys.executable, "-m", "django", "startproject"]
        run([*django_admin, "bare", folder], folder, {})
        settings = bare / "bare" / "settings.py"
        as_served = "\nDEBUG = False\nALLOWED_HOSTS = ['127.0.0.1']\n"
        settings.write_text(settings.read_text() + as_served)
        ours = {
            "ENV_FILE": os.devnull,
            "DATABASE_URL": database,
            "SECRET_KEY": "benchmarks",
            "ALLOWED_HOSTS": "127.0.0.1",
            "HTTPS": "False",
            "DJANGO_SETTINGS_MODULE": "benchmarks.settings",
            "BENCHMARK_STATIC_ROOT": f"{folder}/static",
        }
        theirs = {"DJANGO_SETTINGS_MODULE": "bare.settings"}
        ratio = check_seconds(ROOT, ours) / check_seconds(bare, theirs)
        print(f"manage.py check    {ratio:5.2f} x a bare project's")
        for command in (["migrate"], ["collectstatic", "--no-input"]):
            run([sys.executable, "manage.py", *command, "-v0"], ROOT, ours)
        run([sys.executable, "manage.py", "migrate", "-v0"], bare, theirs)
        mine = worker_megabytes("kashan_diplomacy.wsgi", ROOT, ours)
        empty = worker_megabytes("bare.wsgi", bare, theirs)
        print(f"a worker's memory  {mine / empty:5.2f} x ({mine:.0f} / {empty:.0f} MB)")
    taken = first_page_seconds()
    told = f"{taken:.0f} s to the first page" if taken else "did not come up"
    print(f"make run           {told}")


if __name__ == "__main__":
    main()
