"""Addresses of the one-stop shop; included at the root."""

from __future__ import annotations

from django.urls import path

from thichinh.dossiers.views import counter, leader, officer

app_name = "dossiers"
urlpatterns = [
    path("quay/", counter.counter, name="counter"),
    path("quay/<str:number>/", counter.received, name="received"),
    path("ho-so/", officer.dossiers, name="list"),
    path("ho-so/<str:number>/", officer.dossier, name="dossier"),
    path("ho-so/<str:number>/viec/<slug:verb>/", officer.act, name="act"),
    path("ho-so/<str:number>/tep/<int:file_id>/", officer.attachment, name="attachment"),
    path("tong-quan/", leader.overview, name="overview"),
]
