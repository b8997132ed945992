"""The web application as granian's processes load it."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

from thichinh.launcher.children import die_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "thichinh.config.settings")
if os.environ.get("THICHINH_SUPERVISED"):
    die_with_parent()  # a web process whose parent was killed must not keep the port

application = get_wsgi_application()
