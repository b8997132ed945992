"""Django settings; every environment variable they read is typed in `config.environment`."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

ROOT = Path(__file__).resolve().parents[3]
SECRET_KEY = os.environ.get("THICHINH_SECRET_KEY", "dev-only")
DEBUG = False
ALLOWED_HOSTS = ["*"]
INSTALLED_APPS = [
    "thichinh.dossiers",
    "thichinh.procedures",
    "thichinh.reports",
    "thichinh.indicators",
    "thichinh.stocks",
    "thichinh.work",
    "thichinh.accounts",
    "thichinh.foundation",
    "procrastinate.contrib.django",
    "template_partials",
    "django_htmx",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
]
MIDDLEWARE = [
    "thichinh.foundation.web.RequestContextMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "thichinh.foundation.web.DomainErrorMiddleware",
]
ROOT_URLCONF = "thichinh.config.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]


def _database(url: str) -> dict[str, object]:
    parts = urlsplit(url)
    query = {k: v[0] for k, v in parse_qs(parts.query).items()}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": parts.username or query.get("user", "postgres"),
        "PASSWORD": parts.password or "",
        "HOST": parts.hostname or query.get("host", ""),
        "PORT": str(parts.port or ""),
    }


DATABASES = {
    "default": _database(
        os.environ.get("DATABASE_URL", "postgresql:///thichinh?host=/tmp/pgdev&user=postgres")
    )
}
AUTH_USER_MODEL = "accounts.Account"
LANGUAGE_CODE = "vi"
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_TZ = True
USE_I18N = True
STATIC_URL = "/static/"

DATA_ROOT = Path(os.environ.get("THICHINH_DATA", ROOT / "var"))
FILES_ROOT = DATA_ROOT / "files"
FILES_S3_BUCKET = os.environ.get("THICHINH_FILES_S3_BUCKET", "")
FILES_S3_ENDPOINT = os.environ.get("THICHINH_FILES_S3_ENDPOINT", "")
DEFINITIONS_ROOT = ROOT / "definitions"
