"""What deploy/ and compose.yaml name is there, and says the same in every place."""

import base64
import hashlib
import re
from fnmatch import fnmatch
from ipaddress import ip_network

import pytest
import yaml
from django.conf import settings

ROOT = settings.BASE_DIR
SYSTEMD = ROOT / "deploy" / "systemd"


#: Of the steps for a machine without containers, what has to come before what.
NEEDED = [
    ("/var/lib/kashan-diplomacy\n", "manage.py migrate"),
    ("createuser ", "createdb "),
    ("createdb ", "manage.py migrate"),
    ("/etc/kashan-diplomacy/environment\n", "manage.py check"),
    ("manage.py migrate", "manage.py createsuperuser"),
    ("privkey.pem", "nginx -t"),
    ("rm /etc/nginx/sites-enabled/default", "nginx -t"),
    ("daemon-reload", "enable --now"),
]


def compose():
    return yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))


def read(path):
    return (ROOT / path).read_text(encoding="utf-8")


def guide(title):
    """A section of deploy/README.md."""
    return read("deploy/README.md").partition(f"\n## {title}\n")[2].split("\n## ")[0]


def mounted():
    """What is beside compose.yaml and seen in a container."""
    return {
        volume.split(":")[0]
        for service in compose()["services"].values()
        for volume in service.get("volumes", [])
        if volume.startswith("./")
    }


def test_files_that_compose_mounts_are_there():
    ours = [path for path in mounted() if path.startswith("./deploy")]
    assert len(ours) == 3
    assert [path for path in ours if not (ROOT / path).exists()] == []


def test_what_the_services_refer_to_is_declared():
    described = compose()
    for name, service in described["services"].items():
        assert set(service.get("depends_on", {})) <= set(described["services"]), name
        assert set(service.get("networks", [])) <= set(described["networks"]), name
        named = {v.split(":")[0] for v in service.get("volumes", []) if v[0] != "."}
        assert named <= set(described["volumes"]), name


def test_no_secret_is_written_down():
    environment = compose()["services"]["app"]["environment"]
    assert environment["SECRET_KEY"].startswith("${SECRET_KEY:?")
    assert "${POSTGRES_PASSWORD:?" in environment["DATABASE_URL"]
    for line in read("deploy/environment.example").splitlines():
        name, _, value = line.lstrip("# ").partition("=")
        if name in ("SECRET_KEY", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            assert value == "", line


def test_files_that_the_image_is_made_of_are_there():
    copied = re.findall(r"^COPY (?!--from)(.*) \S+$", read("Dockerfile"), re.M)
    names = " ".join(copied).split()
    assert len(names) > 4
    assert [name for name in names if not (ROOT / name).exists()] == []


def test_nothing_of_an_installation_gets_into_git_or_the_image():
    """What compose mounts from beside itself are keys and backups."""
    left_out = read(".dockerignore").replace("**/", "").splitlines()
    of_git = {line.rstrip("/") for line in read(".gitignore").splitlines()}
    made = {path.removeprefix("./") for path in mounted() if "deploy" not in path}
    assert made == {"backups", "tls"}
    assert made <= of_git
    for name in of_git:
        assert any(fnmatch(name, pattern) for pattern in left_out), name


@pytest.mark.parametrize(
    "unit", sorted(SYSTEMD.glob("*.service")), ids=lambda p: p.stem
)
def test_unit_runs_commands_that_exist_as_the_user_of_the_program(unit):
    text = unit.read_text(encoding="utf-8")
    for command in re.findall(r"manage\.py (\w+)", text):
        places = [*ROOT.glob(f"*/management/commands/{command}.py")]
        assert places or command == "clearsessions", command
    assert "User=kashan\n" in text
    assert "EnvironmentFile=/etc/kashan-diplomacy/environment\n" in text
    assert "ProtectSystem=strict\n" in text


def test_what_runs_daily_is_the_same_everywhere_and_ends_with_the_mails():
    """A mail that cannot be sent ends the unit: nothing else may wait behind it."""
    daily, backup = (
        read(f"deploy/systemd/kashan-diplomacy-{name}.service")
        for name in ("daily", "backup")
    )
    cron = guide("In containers").partition("From cron")[2]
    commands = re.findall(r"manage\.py (\w+)", daily)
    assert commands[-1] == "send_reminders"
    assert re.findall(r"manage\.py (\w+)", cron) == [*commands, "backup"]
    old = re.findall(r" -name .* -delete$", backup, re.M)
    assert old
    assert re.findall(r" -name .* -delete$", cron, re.M) == old


@pytest.mark.parametrize(("first", "then"), NEEDED)
def test_guide_makes_what_a_later_step_needs(first, then):
    text = guide("Without containers: systemd and nginx")
    assert text.index(first) < text.index(then)


def test_every_timer_has_its_service():
    for timer in SYSTEMD.glob("*.timer"):
        assert timer.with_suffix(".service").exists(), timer


def test_every_variable_of_the_examples_is_read_somewhere():
    known = read("kashan_diplomacy/settings.py") + read("gunicorn.conf.py")
    others = {"FORWARDED_ALLOW_IPS"}  # gunicorn's own, and boto3's
    examples = read("deploy/environment.example") + read(".env.example")
    for name in re.findall(r"^(?:# )?([A-Z0-9_]+)=", examples, re.M):
        assert f'"{name}"' in known or name in others or name[:4] == "AWS_", name


def test_page_of_the_proxy_is_styled_under_its_policy():
    """The proxy's own page has its style inside, allowed by the digest of it alone."""
    style = re.search(
        "<style>(.*?)</style>", read("deploy/nginx/unavailable.html"), re.S
    )
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert f"'sha256-{digest}'" in read("deploy/nginx/kashan-diplomacy.conf")


def test_proxy_lets_no_visitor_say_who_he_is():
    site = read("deploy/nginx/kashan-diplomacy.conf")
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in site
    assert "$proxy_add_x_forwarded_for" not in site


def test_address_of_a_visitor_is_believed_of_the_proxy():
    """Or every visitor has the proxy's, and anybody can lock out everybody."""
    described = compose()
    app, proxy = (described["services"][name] for name in ("app", "proxy"))
    [shared] = set(app["networks"]) & set(proxy["networks"])
    inner = described["networks"][shared]
    assert inner["internal"]
    [pool] = inner["ipam"]["config"]
    assert ip_network(pool["subnet"]).is_private
    for name in ("TRUSTED_PROXIES", "FORWARDED_ALLOW_IPS"):
        assert app["environment"][name] == pool["subnet"]
        assert f"\n{name}=127.0.0.1\n" in read("deploy/environment.example")
