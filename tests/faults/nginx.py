"""The proxy of deploy/nginx as it stands there, run on ports of its own."""

import contextlib
import re
import subprocess

from django.conf import settings

from tests.faults.serving import free_port, is_open, wait_until

DEPLOY = settings.BASE_DIR / "deploy" / "nginx"
FRAME = """
pid {directory}/nginx.pid;
error_log {directory}/error.log;
events {{ worker_connections 512; }}
http {{
    include {directory}/site.conf;
}}
"""


@contextlib.contextmanager
def proxy(directory, ports):
    """nginx in front of `ports`; its own port and its certificate. Checked by -t."""
    directory.mkdir()
    directory.chmod(0o755)
    port, certificate = free_port(), directory / "fullchain.pem"
    _make_certificate(directory)
    (directory / "site.conf").write_text(_site(directory, port, ports))
    frame = directory / "nginx.conf"
    frame.write_text(FRAME.format(directory=directory))
    command = ["nginx", "-p", directory, "-e", directory / "error.log", "-c", frame]
    subprocess.run([*command, "-t"], check=True, capture_output=True)
    process = subprocess.Popen([*command, "-g", "daemon off;"])
    try:
        wait_until(lambda: is_open(port))
        yield port, certificate
    finally:
        process.terminate()
        process.wait()


def _site(directory, port, ports):
    """Ours, but for the paths, the ports and the list of machines."""
    site = (DEPLOY / "kashan-diplomacy.conf").read_text(encoding="utf-8")
    site = re.sub(r"listen \[::\].*\n", "", site)
    site = site.replace("listen 443", f"listen 127.0.0.1:{port}")
    site = site.replace("listen 80", f"listen 127.0.0.1:{free_port()}")
    site = site.replace("/var/log/nginx", str(directory))
    site = site.replace("/etc/kashan-diplomacy/tls", str(directory))
    site = site.replace("/srv/kashan-diplomacy/deploy/nginx", str(DEPLOY))
    upstream = (DEPLOY / "kashan-upstream.conf").read_text(encoding="utf-8")
    [line] = re.findall(r"^ +server 127\.0\.0\.1:8001.*$", upstream, re.M)
    machines = [line.replace("8001", str(machine)) for machine in ports]
    return upstream.replace(line, "\n".join(machines)) + site


def _make_certificate(directory):
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
            *("-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"),
            *("-keyout", directory / "privkey.pem"),
            *("-out", directory / "fullchain.pem"),
        ],
        check=True,
        capture_output=True,
    )
