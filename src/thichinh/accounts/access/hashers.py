"""How passwords are kept: Argon2id at the cost OWASP recommends for servers.

Django's default takes 100 MB and eight threads a sign-in; on a small town's machine twenty people
signing in at once would take two gigabytes.
"""

from __future__ import annotations

from django.contrib.auth.hashers import Argon2PasswordHasher


class PasswordHasher(Argon2PasswordHasher):
    """19 MiB, two passes, one lane (OWASP Password Storage, Argon2id)."""

    time_cost = 2
    memory_cost = 19_456
    parallelism = 1
