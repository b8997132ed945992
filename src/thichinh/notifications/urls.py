"""Addresses of notifications; included at the root."""

from __future__ import annotations

from django.urls import path

from thichinh.notifications import views

app_name = "notifications"
urlpatterns = [
    path("thong-bao/", views.inbox, name="inbox"),
    path("thong-bao/da-doc/", views.read_all, name="read_all"),
    path("thong-bao/<int:notification_id>/", views.opened, name="open"),
    path("thong-bao/<int:notification_id>/da-doc/", views.read, name="read"),
    path("thong-bao/nhat-ky/", views.log, name="log"),
    path("thong-bao/nhat-ky/<int:notification_id>/", views.logged, name="logged"),
    path("thong-bao/nhat-ky/gui-lai/<int:delivery_id>/", views.resend, name="resend"),
    path("tai-khoan/thong-bao/", views.choices, name="choices"),
]
