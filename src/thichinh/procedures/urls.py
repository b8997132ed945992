"""Addresses of the catalogue and of the national list."""

from __future__ import annotations

from django.urls import path

from thichinh.procedures import views

app_name = "procedures"

urlpatterns = [
    path("thu-tuc/", views.catalogue, name="catalogue"),
    path("thu-tuc/<slug:code>/", views.procedure, name="procedure"),
    path("thu-tuc/<slug:code>/giay-to/", views.checklist, name="checklist"),
    path("quan-tri/thu-tuc/", views.choose, name="choose"),
    path("danh-muc-quoc-gia/", views.listed, name="listed"),
    path("danh-muc-quoc-gia/nhap/", views.listed_upload, name="listed_upload"),
    path("danh-muc-quoc-gia/<str:token>/", views.listed_preview, name="listed_preview"),
]
