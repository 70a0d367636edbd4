"""The program as production runs it, in processes of its own, and people who use it."""

import contextlib
import http.client
import os
import re
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
import uuid
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from urllib.parse import urlencode

from django.conf import settings

PASSWORD = "a-passphrase-of-the-tests-1401"
POSTING_PAGE = "/admin/budget/budgetline/{}/supplement/"

#: Somebody of every role and a line with money; says the line's key.
PREPARE = f"""
from django.core.management import call_command
from tests.factories import make_line, make_user
line = make_line(approved=10**12)
for role in ("diplomacy_officer", "budget_officer", "head", "auditor"):
    user = make_user(role, role=role)
    user.set_password({PASSWORD!r})
    user.save()
print(line.pk)
"""


def wait_until(holds, seconds=30):
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it did not come to pass"
        time.sleep(0.05)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def is_open(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@dataclass
class Server:
    """gunicorn on a port of its own; `start()` again after it was killed."""

    system: object
    log: object
    wrapper: tuple = ()
    port: int = field(default_factory=free_port)

    def start(self):
        variables = self.system.variables | {
            "BIND": f"127.0.0.1:{self.port}",
            "WEB_CONCURRENCY": "1",
        }
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*self.wrapper, sys.executable, "-m", "gunicorn"],
                env=variables,
                cwd=settings.BASE_DIR,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        wait_until(self.is_alive)
        return self

    def is_alive(self):
        with contextlib.suppress(OSError, http.client.HTTPException):
            return Visitor(self.port).get("/healthz").status == 200
        return False

    def kill(self, how=signal.SIGKILL):
        """The master and its workers, at once."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, how)
        self.process.wait()


@contextlib.contextmanager
def serving(system, tmp_path, *, wrapper=(), count=1):
    """`count` servers of one system, as on so many machines; prepared beforehand."""
    servers = [
        Server(system, tmp_path / f"gunicorn-{number}.log", tuple(wrapper))
        for number in range(count)
    ]
    try:
        for server in servers:
            server.start()
        yield servers
    finally:
        for server in servers:
            server.kill()


def prepared(system, tmp_path):
    """Migrate the system, collect its styles and fill it; returns the line's key."""
    system.environment["STATIC_ROOT"] = str(tmp_path / "static")
    system.manage("collectstatic", "--no-input", "--verbosity", "0")
    system.manage("migrate", "--verbosity", "0")
    return int(system.python(PREPARE))


@dataclass
class Answer:
    status: int
    headers: object
    text: str


class Visitor:
    """A browser with its cookies; no answer is an OSError or an HTTPException."""

    def __init__(self, port, *, tls=None, timeout=60, headers=()):
        self.port, self.tls, self.timeout = port, tls, timeout
        self.headers, self.cookies = dict(headers), {}

    def get(self, path):
        return self._ask("GET", path)

    def post(self, path, fields):
        return self._ask("POST", path, self.filled_in(fields))

    def filled_in(self, fields):
        """The body of a form."""
        token = next((v for k, v in self.cookies.items() if "csrftoken" in k), "")
        return urlencode({"csrfmiddlewaretoken": token, **fields})

    def sign_in(self, username):
        page = "/admin/login/"
        self.get(page)
        answer = self.post(page, {"username": username, "password": PASSWORD})
        assert answer.status == 302, answer.text
        return self

    def at(self, port):
        """The same person, going to another port with the same cookies."""
        other = Visitor(port, tls=self.tls, headers=self.headers)
        other.cookies = dict(self.cookies)
        return other

    def request(self, method, path, body=None):
        headers = {
            "Host": f"127.0.0.1:{self.port}",
            "Referer": f"http{'s' if self._is_secure() else ''}://127.0.0.1:{self.port}/",
            "Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items()),
            **self.headers,
        }
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        return method, path, body, headers

    def connection(self):
        if self.tls:
            return http.client.HTTPSConnection(
                "127.0.0.1", self.port, timeout=self.timeout, context=self.tls
            )
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=self.timeout)

    def _is_secure(self):
        return self.tls or self.headers.get("X-Forwarded-Proto") == "https"

    def _ask(self, method, path, body=None):
        with contextlib.closing(self.connection()) as connection:
            connection.request(*self.request(method, path, body))
            response = connection.getresponse()
            text = response.read().decode("utf-8", "replace")
        for header in response.headers.get_all("Set-Cookie") or ():
            for name, morsel in SimpleCookie(header).items():
                self.cookies[name] = morsel.value
        return Answer(response.status, response.headers, text)


def trusting(certificate):
    context = ssl.create_default_context(cafile=str(certificate))
    context.check_hostname = False
    return context


def posting(token):
    """What the form of a supplement sends: 100 toman on the first day of 1401."""
    return {
        "amount": "۱۰۰",
        "dated_on": "۱۴۰۱/۰۱/۰۱",
        "document_number": "",
        "memo": "",
        "token": str(token),
    }


class Posters:
    """People who post one entry after another, in threads, until told to stop.

    A post that is not acknowledged is sent again as it was, as people do.
    """

    def __init__(self, visitors, line):
        self.page = POSTING_PAGE.format(line)
        self.acknowledged, self.answers = set(), []
        self._over = threading.Event()
        self._threads = [
            threading.Thread(target=self._post, args=[visitor]) for visitor in visitors
        ]

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_error):
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _post(self, visitor):
        token = uuid.uuid4()
        while not self._over.is_set():
            try:
                status = visitor.post(self.page, posting(token)).status
            except (OSError, http.client.HTTPException) as error:
                status = type(error).__name__
            self.answers.append(status)
            if status == 302:
                self.acknowledged.add(token)
                token = uuid.uuid4()
            else:
                time.sleep(0.2)

    def wait_for_more(self, count=20, seconds=60):
        wanted = len(self.acknowledged) + count
        wait_until(lambda: len(self.acknowledged) >= wanted, seconds)


def stored_tokens(system):
    code = (
        "from budget.models import Entry\n"
        "for t in Entry.objects.exclude(token=None).values_list('token', flat=True):"
        " print(t)\n"
    )
    return [
        uuid.UUID(line) for line in re.findall(r"[0-9a-f-]{36}", system.python(code))
    ]


def assert_nothing_lost(system, acknowledged):
    """Each acknowledged entry is there, none twice, and the books verify."""
    stored = stored_tokens(system)
    assert acknowledged <= set(stored)
    assert len(stored) == len(set(stored))
    system.manage("verify_ledger")
    return len(stored) - len(acknowledged)
