"""Django's settings, from the environment through `site.env`. The only file of settings there is."""

from __future__ import annotations

import os
import secrets
import sys
from pathlib import Path
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from dugnad.site.env import Env

env = Env()
TESTING = "pytest" in sys.modules or os.environ.get("DUGNAD_SETTINGS_FOR_TESTS") == "1"

PACKAGE = Path(__file__).resolve().parent.parent
CHECKOUT = PACKAGE.parent.parent
_in_checkout = (CHECKOUT / "pyproject.toml").exists()
DATA_DIR = Path(env.DATA_DIR or (CHECKOUT / "data" if _in_checkout else Path.home() / ".local/share/dugnad"))
FILES_DIR = DATA_DIR / "files"


def _secret_key() -> str:
    """The key from the environment, else the one in the data folder, made on first use and readable by its owner only."""
    if env.SECRET_KEY:
        return str(env.SECRET_KEY)
    if TESTING:
        return "a key for tests only, never for a place that people use"
    path = DATA_DIR / "secret-key"
    if not path.exists():
        DATA_DIR.mkdir(parents=True, exist_ok=True)
        try:
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(secrets.token_urlsafe(50))
        except FileExistsError:
            pass
    return path.read_text().strip()


SECRET_KEY = _secret_key()
DEBUG = env.DEBUG
DEMO = env.DEMO
URL = env.URL or f"http://localhost:{env.PORT}"
_host = urlsplit(URL).hostname or "localhost"
ALLOWED_HOSTS = sorted({"localhost", "127.0.0.1", _host, *env.HOSTS})
CSRF_TRUSTED_ORIGINS = [URL]
SECURE = URL.startswith("https://")
if env.TRUST_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_tasks",
    "django_tasks_db",
    "django_htmx",
    "dugnad.kernel",
    "dugnad.people",
    "dugnad.notices",
    "dugnad.groups",
    "dugnad.forum",
    "dugnad.care",
    "dugnad.site",
    # After people, whose templates and commands go before theirs.
    "allauth",
    "allauth.account",
    "allauth.mfa",
]

MIDDLEWARE = [
    "dugnad.site.watching.requests.Watching",
    "dugnad.kernel.middleware.Unchanged",
    "dugnad.kernel.pagecache.StrangersPageCache",
    "dugnad.kernel.middleware.SecurityHeaders",
    "dugnad.kernel.middleware.Compression",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "dugnad.people.middleware.ViewerMiddleware",
    "dugnad.people.drafts.middleware.ForgetsSentDrafts",
    "dugnad.notices.middleware.UnreadNotices",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "dugnad.kernel.middleware.RefusalPages",
]

ROOT_URLCONF = "dugnad.site.urls"
WSGI_APPLICATION = "dugnad.site.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "dugnad.kernel.context.house",
            ],
            "builtins": ["dugnad.kernel.templatetags.house", "django.templatetags.i18n", "django.templatetags.static"],
        },
    }
]

if env.DATABASE_URL:
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            **env.DATABASE_URL,
            "CONN_MAX_AGE": None,
            "CONN_HEALTH_CHECKS": True,
            # A server that went away without a word is noticed in seconds: no page waits longer for it.
            "OPTIONS": {
                "connect_timeout": 5,
                "keepalives_idle": 30,
                "keepalives_interval": 10,
                "tcp_user_timeout": 15_000,
            },
        }
    }
else:
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": DATA_DIR / "dugnad.sqlite3",
            "CONN_MAX_AGE": None,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                # FULL: what was answered with success survives a power cut too, not only a crash of the process.
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-16000; PRAGMA mmap_size=0;",
            },
        }
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {
    "default": {
        # In memory on purpose: rate limits count keyed hashes here and nothing of it is ever written down.
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    },
}

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

AUTH_USER_MODEL = "people.Person"
AUTHENTICATION_BACKENDS = ["dugnad.people.backends.HouseBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "name")},
    },
]  # fmt: skip
SESSION_COOKIE_AGE = 60 * 60 * 24 * 90
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_NAME = "dugnad_session"
CSRF_COOKIE_NAME = "dugnad_csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "dugnad.kernel.errors.csrf_failure"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = env.MAX_UPLOAD_MB * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 300
FILE_UPLOAD_TEMP_DIR = None

from dugnad.people.allauth_settings import *  # noqa: E402, F403 - how people sign in stands with the people

USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
LANGUAGES = [
    ("en", _("English")),
    ("sv", _("Swedish")),
    ("nb", _("Norwegian Bokmål")),
    ("nn", _("Norwegian Nynorsk")),
    ("nl", _("Dutch")),
]
LOCALE_PATHS = [PACKAGE / "locale"]
LANGUAGE_COOKIE_NAME = "dugnad_language"
LANGUAGE_COOKIE_SAMESITE = "Lax"
FORMAT_MODULE_PATH = None

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
if TESTING:
    STATIC_ROOT = PACKAGE / "site" / "demo"  # exists, so nothing warns; nothing is served from it
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if TESTING
        else "dugnad.kernel.assets.HouseStaticStorage"
    },
}
STATICFILES_FINDERS = [
    "dugnad.kernel.assets.HouseCss",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
]
WHITENOISE_MAX_AGE = 60 * 60
WHITENOISE_KEEP_ONLY_HASHED_FILES = False

if env.SMTP_URL:
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST, EMAIL_PORT = env.SMTP_URL["host"], env.SMTP_URL["port"]
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = env.SMTP_URL["username"], env.SMTP_URL["password"]
    EMAIL_USE_SSL, EMAIL_USE_TLS = env.SMTP_URL["use_ssl"], env.SMTP_URL["use_tls"]
    EMAIL_TIMEOUT = 20
else:
    # The rows of the outbox are the mail; the demo's mailbox page shows them.
    EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
MAIL_DOMAIN = _host
MAIL_FROM_GIVEN = bool(env.MAIL_FROM)
DEFAULT_FROM_EMAIL = env.MAIL_FROM or f"Dugnad <noreply@{_host}>"

LIVE_VIEWER = "dugnad.people.queries.viewer_of_session"
REDIS_URL = env.REDIS_URL
THREADS = env.THREADS
LIVE_SOCKETS = env.LIVE_SOCKETS
TRUST_PROXY = env.TRUST_PROXY
LOG_REQUESTS = env.LOG_REQUESTS
METRICS_TOKEN = env.METRICS_TOKEN
MAX_BODY = env.MAX_UPLOAD_MB * 1024 * 1024

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {
            "()": "dugnad.kernel.trouble.WithoutWords",
            "format": "%(asctime)s %(levelname)s %(name)s: %(message)s",
        },
        "json": {"()": "dugnad.site.watching.logs.JsonLines"},
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": env.LOG}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "dugnad": {"level": "INFO"},
        # Request lines would carry addresses of persons and what they read.
        "django.request": {"level": "CRITICAL" if TESTING else "ERROR"},
        "django.security": {"level": "ERROR"},
    },
}
