"""Every setting, in one file.

What differs between machines is read from the environment, or from the file named by
ENV_FILE (`.env` beside manage.py unless told otherwise). `.env.example` lists the
variables. The environment wins over the file.
"""

import os
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()
env.read_env(os.environ.get("ENV_FILE") or BASE_DIR / ".env")

# --- The machine ---------------------------------------------------------------

DEBUG = env.bool("DEBUG", default=False)

SECRET_KEY = env.str("SECRET_KEY", default="")
if not SECRET_KEY:
    if not DEBUG:
        raise ImproperlyConfigured(
            "SECRET_KEY is not set. Put SECRET_KEY=<50 random characters> in the "
            "environment or in .env; one is made by: python3 -c "
            "'import secrets; print(secrets.token_urlsafe(50))'"
        )
    SECRET_KEY = "insecure-key-good-enough-for-debugging-only"  # noqa: S105

ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[])

# HTTPS=False is for a closed network or a trial: log-ins then travel in the clear.
HTTPS = env.bool("HTTPS", default=not DEBUG)

DATABASES = {
    "default": env.db_url(
        "DATABASE_URL", default=f"sqlite:///{BASE_DIR / 'db.sqlite3'}"
    )
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        # Take the write lock at BEGIN: a transaction that reads and then writes
        # would otherwise fail at once when another writer came in between.
        "transaction_mode": "IMMEDIATE",
        "timeout": 30,
        # FULL, because with WAL's usual NORMAL a power cut loses acknowledged entries.
        # recursive_triggers, because REPLACE INTO slips past delete triggers without.
        "init_command": (
            "PRAGMA journal_mode=WAL;"
            "PRAGMA synchronous=FULL;"
            "PRAGMA foreign_keys=ON;"
            "PRAGMA recursive_triggers=ON;"
        ),
    }
else:
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
# Connecting anew costs many times what an unchanged page does, on SQLite above all.
DATABASES["default"]["CONN_MAX_AGE"] = 60

# --- The program ---------------------------------------------------------------

INSTALLED_APPS = [
    # By dotted path: this package holds several configurations.
    "kashan_diplomacy.apps.KashanDiplomacyConfig",
    "kashan_diplomacy.apps.KashanAdminConfig",
    "agreements",
    "budget",
    "django_countries",
    "kashan_diplomacy.apps.AccessConfig",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.forms",
    "django.contrib.sitemaps",  # for its template
    "whitenoise.runserver_nostatic",  # before staticfiles, whose runserver it replaces
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "kashan_diplomacy.csp.content_security_policy",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "kashan_diplomacy.page_cache.page_cache",  # before all that costs time
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",  # who is behind an edit
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "kashan_diplomacy.urls"
WSGI_APPLICATION = "kashan_diplomacy.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
FORMS_URLFIELD_ASSUME_HTTPS = True  # Django 6 assumes it: delete this line there

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Language and time ---------------------------------------------------------

LANGUAGE_CODE = "fa"
LANGUAGES = [("fa", _("Persian")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "kashan_diplomacy" / "locale"]
TIME_ZONE = "Asia/Tehran"
USE_TZ = True

# --- Static files --------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
# The typeface, where npm has fetched it; elsewhere the pages use the system's own.
VAZIRMATN = BASE_DIR / "node_modules" / "@fontsource-variable" / "vazirmatn"
if VAZIRMATN.is_dir():
    STATICFILES_DIRS.append(("vazirmatn", VAZIRMATN))
# The outlines of the map, likewise: without them it shows no land. Never served.
LAND_OUTLINES = BASE_DIR / "node_modules" / "world-atlas" / "land-110m.json"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
            if DEBUG
            else "whitenoise.storage.CompressedManifestStaticFilesStorage"
        )
    },
}

# Uploads have no address of their own: each is served by a view that asks who wants it.
MEDIA_ROOT = env.path("MEDIA_ROOT", default=str(BASE_DIR / "media"))

# --- Cache ---------------------------------------------------------------------

# Public pages are kept, and answered with 304, until what they show changes.
PAGE_CACHE = True

# --- Mail ----------------------------------------------------------------------

# In a trial, mail goes to the terminal.
_NO_MAILER = "consolemail://" if DEBUG else "smtp://localhost:25"
globals().update(env.email_url("EMAIL_URL", default=_NO_MAILER))
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="diplomacy@localhost")

# Where links in mails lead.
_HOST = next(
    (host for host in ALLOWED_HOSTS if host[:1] not in ("*", ".", "")), "127.0.0.1:8000"
)
SITE_URL = env.str("SITE_URL", default=f"{'https' if HTTPS else 'http'}://{_HOST}")

# --- Log-in --------------------------------------------------------------------

LOGIN_URL = "admin:login"
_VALIDATION = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"{_VALIDATION}.UserAttributeSimilarityValidator"},
    {
        "NAME": f"{_VALIDATION}.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": f"{_VALIDATION}.CommonPasswordValidator"},
    {"NAME": f"{_VALIDATION}.NumericPasswordValidator"},
]

# --- Security ------------------------------------------------------------------

SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if HTTPS else 0
# Whether the hosts below ours speak HTTPS, and preloading, are not ours to promise.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]

SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
if HTTPS:
    # Browsers take a __Host- cookie only from this very host, over HTTPS.
    SESSION_COOKIE_NAME = "__Host-sessionid"
    CSRF_COOKIE_NAME = "__Host-csrftoken"

X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_CSP = {
    "default-src": ["'self'"],
    "object-src": ["'none'"],
    "base-uri": ["'self'"],
    "form-action": ["'self'"],
    "frame-ancestors": ["'none'"],
}

# --- Log -----------------------------------------------------------------------

# To standard error, where gunicorn, systemd and containers look; Django alone would
# mail server errors to nobody.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"stderr": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}
