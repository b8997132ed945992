"""Addresses of the reports' pages."""

from __future__ import annotations

from django.urls import path

from thichinh.reports.views import pages as views

app_name = "reports"

urlpatterns = [
    path("bao-cao/", views.index, name="index"),
    path("bao-cao/ban-chot/<int:frozen_id>/", views.frozen, name="frozen"),
    path("bao-cao/ban-chot/<int:frozen_id>/pdf/", views.frozen_as_pdf, name="frozen_pdf"),
    path("bao-cao/<str:code>/", views.report, name="report"),
    path("bao-cao/<str:code>/pdf/", views.pdf, name="pdf"),
    path("bao-cao/<str:code>/luu/", views.save_draft, name="save_draft"),
    path("bao-cao/<str:code>/chot/", views.freeze, name="freeze"),
]
