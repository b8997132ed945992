"""The town's addresses, and one more page that is nothing but the officials' shell."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from thichinh.config.urls import urlpatterns as town


def shell(request: HttpRequest) -> HttpResponse:
    return render(request, "ui/base.html")


urlpatterns = [path("bench-shell/", shell), *town]
