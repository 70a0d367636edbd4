"""Every setting, in one file.

What differs between machines is read from the environment, or from the file named by
ENV_FILE (`.env` beside manage.py unless told otherwise). `.env.example` lists the
variables. The environment wins over the file.
"""

import os
from datetime import timedelta
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
            # Read in place: to copy each page into a cache takes large books twice the
            # time. What is beyond these 256 MB is read as ever.
            "PRAGMA mmap_size=268435456;"
        ),
    }
else:
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    # A server that is gone is said to be gone in seconds, not when TCP gives up.
    DATABASES["default"]["OPTIONS"] = {
        "connect_timeout": 5,
        "keepalives_idle": 15,
        "keepalives_interval": 5,
        "keepalives_count": 3,
        "tcp_user_timeout": 20_000,  # milliseconds
    } | DATABASES["default"].get("OPTIONS", {})

# Given where there is more than one machine, so that they share one: redis://host/0
CACHES = {"default": env.cache_url("CACHE_URL", default="locmemcache://")}
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
    "axes",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.forms",
    "django.contrib.sitemaps",  # for its template
    "whitenoise.runserver_nostatic",  # before staticfiles, whose runserver it replaces
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "kashan_diplomacy.health.health",  # before anything that asks who and by which name
    "kashan_diplomacy.access.proxies.behind_trusted_proxies",
    "django.middleware.security.SecurityMiddleware",
    "kashan_diplomacy.csp.content_security_policy",
    "kashan_diplomacy.access.headers.security_headers",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "kashan_diplomacy.page_cache.page_cache",  # before all that costs time
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "kashan_diplomacy.access.sessions.limited_sessions",
    "kashan_diplomacy.access.trace.refusals_logged",
    "simple_history.middleware.HistoryRequestMiddleware",  # who is behind an edit
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",  # last: it replaces the answer to a lock-out
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
FORM_RENDERER = "kashan_diplomacy.form_renderer.FormRenderer"
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
STATIC_ROOT = env.path("STATIC_ROOT", default=str(BASE_DIR / "staticfiles"))
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
            else "kashan_diplomacy.static_files.StaticFiles"
        )
    },
}

# Uploads have no address of their own: each is served by a view that asks who wants it.
MEDIA_ROOT = env.path("MEDIA_ROOT", default=str(BASE_DIR / "media"))
# Where several machines have no directory in common. The keys and the region are read
# from the environment by boto3 itself: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, ….
if S3_BUCKET := env.str("S3_BUCKET", default=""):
    STORAGES["default"] = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": S3_BUCKET,
            "endpoint_url": env.str("S3_ENDPOINT_URL", default=None),
            "file_overwrite": False,  # a stored file never changes
            "default_acl": "private",
        },
    }

# --- Cache ---------------------------------------------------------------------

# Until what they show changes, public pages are kept, and answered with 304; and so is
# what the start page of the admin shows, whoever looks.
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
        "NAME": "kashan_diplomacy.passwords.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": f"{_VALIDATION}.CommonPasswordValidator"},
    {"NAME": f"{_VALIDATION}.NumericPasswordValidator"},
    {"NAME": "kashan_diplomacy.access.passwords.GuessablePasswordValidator"},
]
PASSWORD_HASHERS = ["kashan_diplomacy.access.passwords.Hasher"]
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]

# Whether `roles.SIGN_IN_WITH_CODE` and superusers must sign in with a code.
REQUIRE_OTP = env.bool("REQUIRE_OTP", default=not DEBUG)
OTP_TOTP_ISSUER = "Kashan city diplomacy"

# In seconds: from sign-in, from the last page, from password and code.
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_IDLE_AGE = 60 * 60
PROOF_AGE = 10 * 60

# Five failures shut a user name out for half an hour, from that address only.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=30)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_CLIENT_IP_CALLABLE = "kashan_diplomacy.access.lockout.counted_address"
AXES_LOCKOUT_CALLABLE = "kashan_diplomacy.access.lockout.too_many_failures"
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_ENABLE_ACCESS_FAILURE_LOG = True
AXES_ENABLE_ADMIN = False  # ours says it in the staff's words
AXES_VERBOSE = False
AXES_SENSITIVE_PARAMETERS = ["code", "csrfmiddlewaretoken"]

# Whose X-Forwarded-For is believed: addresses and networks, comma-separated.
TRUSTED_PROXIES = env.list("TRUSTED_PROXIES", default=[])

# --- Security ------------------------------------------------------------------

SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if HTTPS else 0
# Whether the hosts below ours speak HTTPS, and preloading, are not ours to promise.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]

SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
MESSAGE_STORAGE = "kashan_diplomacy.access.message_cookie.Storage"
MESSAGES_COOKIE_NAME = "messages"
if HTTPS:
    # Browsers take a __Host- cookie only from this very host, over HTTPS.
    SESSION_COOKIE_NAME = "__Host-sessionid"
    CSRF_COOKIE_NAME = "__Host-csrftoken"
    MESSAGES_COOKIE_NAME = "__Host-messages"

X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_CSP = {
    "default-src": ["'none'"],
    "script-src": ["'self'"],
    "style-src": ["'self'"],
    "img-src": ["'self'"],
    "font-src": ["'self'"],
    "connect-src": ["'self'"],
    "manifest-src": ["'self'"],
    "object-src": ["'none'"],
    "base-uri": ["'none'"],
    "form-action": ["'self'"],
    "frame-ancestors": ["'none'"],
}
# On every response that does not say otherwise itself.
SECURITY_HEADERS = {
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": (
        "accelerometer=(), browsing-topics=(), camera=(), display-capture=(),"
        " fullscreen=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(),"
        " midi=(), payment=(), publickey-credentials-get=(), usb=()"
    ),
}

# --- Log -----------------------------------------------------------------------

# To standard error, where gunicorn, systemd and containers look; Django alone would
# mail server errors to nobody. One JSON object a line; a trial hears of trouble only.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {"()": "kashan_diplomacy.events.JsonFormatter"},
        "plain": {"format": "%(message)s"},
    },
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": "plain" if DEBUG else "json",
        }
    },
    "loggers": {
        "kashan.events": {"level": "WARNING" if DEBUG else "INFO"},
        "axes": {"level": "ERROR"},  # what it would say, kashan.events says
    },
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}
