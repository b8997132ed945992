"""Django's settings, drawn from the typed definition in `config.environment`."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from thichinh.config import environment
from thichinh.config.house import installed_apps

ENVIRONMENT = environment.read()
ROOT = environment.ROOT

# The launcher hands the key over; a developer's own commands and tests sign with this one.
SECRET_KEY = ENVIRONMENT.secret_key or "only-for-developers-and-tests"
DEBUG = ENVIRONMENT.debug
ALLOWED_HOSTS = ENVIRONMENT.hosts
CSRF_TRUSTED_ORIGINS = ENVIRONMENT.origins

INSTALLED_APPS = [
    *installed_apps(ENVIRONMENT.extra_apps, ENVIRONMENT.apps_folder),
    "procrastinate.contrib.django",
    "template_partials",
    "django_htmx",
    "ninja",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "thichinh.foundation.headers.SecurityHeadersMiddleware",
    "thichinh.foundation.ui.compression.TextGzipMiddleware",
    "thichinh.foundation.web.RequestContextMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "thichinh.foundation.ui.language.ChosenLanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "thichinh.accounts.access.middleware.ActorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "thichinh.foundation.web.DomainErrorMiddleware",
]
ROOT_URLCONF = "thichinh.config.urls"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "thichinh.foundation.ui.context.shell",
                "thichinh.accounts.access.context.installation",
            ],
        },
    }
]


def _database(url: str) -> dict[str, Any]:
    """A libpq address, with host and user in the path or in the query, as Django wants it."""
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    host, user = query.pop("host", ""), query.pop("user", "")
    port, password = query.pop("port", ""), query.pop("password", "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or user),
        "PASSWORD": unquote(parts.password or password),
        "HOST": unquote(parts.hostname or "") or host,
        "PORT": str(parts.port or port),
        # A thread keeps its connection: the first call after a restart of PostgreSQL is answered 503
        # and retried, every other one is spared the question whether the line still stands.
        "CONN_MAX_AGE": None,
        # Parameters travel apart from the text, and what is asked again and again is planned once.
        "OPTIONS": {"server_side_binding": True, "prepare_threshold": 5, **query},
    }


DATABASES = {"default": _database(ENVIRONMENT.database_url or "postgresql:///thichinh")}
AUTH_USER_MODEL = "accounts.Account"
PASSWORD_HASHERS = [
    "thichinh.accounts.access.hashers.PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
LOGIN_URL = "/dang-nhap/"
LOGIN_REDIRECT_URL = "/"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
LOCALE_PATHS = [ROOT / "src" / "thichinh" / "locale"]
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_TZ = True
USE_I18N = True
USE_THOUSAND_SEPARATOR = False

# `frontend/dist` names its files by content and lays .br and .gz beside them.
ASSETS_ROOT = ROOT / "frontend" / "dist"
STATIC_URL = "/static/"
STATICFILES_DIRS = [ASSETS_ROOT] if ASSETS_ROOT.is_dir() else []
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_IMMUTABLE_FILE_TEST = r"-[0-9A-Z]{8}\.[a-z0-9]+$"

SHIPPED_DEFINITIONS = environment.SHIPPED
DEFINITIONS_ROOT = ENVIRONMENT.definitions_folder
FILES_ROOT = ENVIRONMENT.files_folder
FILES_S3_BUCKET = ENVIRONMENT.s3_bucket
FILES_S3_ENDPOINT = ENVIRONMENT.s3_endpoint
DRAFT_DAYS = ENVIRONMENT.draft_days
NOTIFICATION_DAYS = ENVIRONMENT.notification_days
# What stands before the paths in messages that leave the house.
BASE_ADDRESS = (ENVIRONMENT.origins or [ENVIRONMENT.reachable_at])[0].rstrip("/")

EMAIL_HOST = ENVIRONMENT.smtp_host
EMAIL_PORT = ENVIRONMENT.smtp_port
EMAIL_HOST_USER = ENVIRONMENT.smtp_user
EMAIL_HOST_PASSWORD = ENVIRONMENT.smtp_password
EMAIL_USE_TLS = ENVIRONMENT.smtp_security == "starttls"
EMAIL_USE_SSL = ENVIRONMENT.smtp_security == "tls"
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = ENVIRONMENT.mail_from or "thichinh@localhost"
SMS_URL = ENVIRONMENT.sms_url
SMS_TOKEN = ENVIRONMENT.sms_token
SMS_SENDER = ENVIRONMENT.sms_sender

SESSION_ENGINE = "thichinh.accounts.access.sessions"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = ENVIRONMENT.https
TRUSTED_PROXIES = ENVIRONMENT.proxies
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ENVIRONMENT.https else None
CSRF_FAILURE_VIEW = "thichinh.config.failures.form_expired"
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if ENVIRONMENT.https else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

FILE_UPLOAD_HANDLERS = [
    "thichinh.foundation.uploads.UploadGuard",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

PROCRASTINATE_ON_APP_READY = None
PROCRASTINATE_IMPORT_PATHS: list[str] = []
PROCRASTINATE_WORKER_DEFAULTS = {"update_heartbeat_interval": 5.0, "stalled_worker_timeout": 15.0}

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": ENVIRONMENT.log_level},
}
