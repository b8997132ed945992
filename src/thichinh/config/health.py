"""Is the town hall open? For the launcher, monitors and load balancers."""

from __future__ import annotations

from django.db import DatabaseError, InterfaceError, connection
from django.http import HttpRequest, JsonResponse

from thichinh.accounts.access.doors import public


@public
def health(request: HttpRequest) -> JsonResponse:
    """200 while pages can be served from the database, 503 while they cannot. Says nothing else."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("select 1")
    except (DatabaseError, InterfaceError):
        return JsonResponse({"status": "database-unreachable"}, status=503)
    return JsonResponse({"status": "ok"})
