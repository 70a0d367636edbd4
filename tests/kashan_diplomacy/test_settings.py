"""The settings as production reads them: in a new process, with a bare environment."""

import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.test import SimpleTestCase

pytestmark = pytest.mark.once


def run_manage(*arguments, **environment):
    """Run manage.py with these variables and nobody's .env."""
    return subprocess.run(
        [sys.executable, settings.BASE_DIR / "manage.py", *arguments],
        env={"PATH": os.environ["PATH"], "ENV_FILE": os.devnull} | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def setting_in_production(name, **environment):
    printed = run_manage(
        "shell",
        "--no-imports",
        "--command",
        f"from django.conf import settings; print(settings.{name})",
        SECRET_KEY="x" * 50,
        **environment,
    )
    assert printed.returncode == 0, printed.stderr
    return printed.stdout.strip()


class ProductionTests(SimpleTestCase):
    def test_without_secret_key_it_refuses_to_start_and_names_the_variable(self):
        for environment in ({}, {"SECRET_KEY": ""}, {"DEBUG": "False"}):
            with self.subTest(environment):
                refused = run_manage("check", **environment)
                self.assertNotEqual(refused.returncode, 0)
                self.assertIn("SECRET_KEY is not set", refused.stderr)

    def test_debug_is_off_unless_asked_for(self):
        self.assertEqual(setting_in_production("DEBUG"), "False")

    def test_deployment_checks_pass(self):
        checked = run_manage(
            "check",
            "--deploy",
            "--fail-level=WARNING",
            SECRET_KEY="0123456789abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKLMNOP",
            ALLOWED_HOSTS="example.org",
        )
        self.assertEqual(checked.returncode, 0, checked.stderr)

    def test_cookies_are_bound_to_the_host_over_https(self):
        self.assertEqual(
            setting_in_production("SESSION_COOKIE_NAME"), "__Host-sessionid"
        )

    def test_plain_http_has_to_be_asked_for(self):
        self.assertEqual(setting_in_production("SECURE_SSL_REDIRECT"), "True")
        self.assertEqual(
            setting_in_production("SECURE_SSL_REDIRECT", HTTPS="False"), "False"
        )

    def test_postgresql_connections_are_kept_and_checked(self):
        database = setting_in_production(
            "DATABASES['default']", DATABASE_URL="postgres://kashan@localhost/kashan"
        )
        self.assertIn("'CONN_MAX_AGE': 60", database)
        self.assertIn("'CONN_HEALTH_CHECKS': True", database)
        self.assertIn("'connect_timeout': 5", database)

    def test_what_machines_share_is_named_by_the_environment(self):
        environment = {
            "DATABASE_URL": "postgres://kashan@db/kashan?sslmode=require",
            "CACHE_URL": "redis://cache:6379/0",
            "S3_BUCKET": "kashan",
            "S3_ENDPOINT_URL": "https://s3.example.org",
        }
        shared = setting_in_production(
            "DATABASES, settings.CACHES, settings.STORAGES['default']", **environment
        )
        self.assertIn("'sslmode': 'require'", shared)
        self.assertIn("redis.RedisCache", shared)
        self.assertIn("'bucket_name': 'kashan'", shared)
        self.assertIn("https://s3.example.org", shared)


class ContentSecurityPolicyTests(SimpleTestCase):
    def test_every_response_carries_the_policy(self):
        for path in ("/admin/login/", "/no-such-page/"):
            with self.subTest(path):
                policy = self.client.get(path).headers["Content-Security-Policy"]
                self.assertIn("default-src 'none'", policy)
                self.assertIn("object-src 'none'", policy)

    def test_the_policy_lets_no_inline_code_run(self):
        policy = self.client.get("/admin/login/").headers["Content-Security-Policy"]
        self.assertNotIn("unsafe", policy)
