"""Addresses of the indicators' pages."""

from __future__ import annotations

from django.urls import path

from thichinh.indicators import views

app_name = "indicators"

urlpatterns = [
    path("chi-tieu/", views.index, name="index"),
    path("chi-tieu/<str:code>/", views.indicator, name="indicator"),
    path("chi-tieu/<str:code>/ho-so/", views.records, name="records"),
]
