"""Addresses of the books; included at the root."""

from __future__ import annotations

from django.urls import path

from thichinh.stocks import views

app_name = "stocks"
urlpatterns = [
    path("so-cai/", views.owed, name="owed"),
    path("so-cai/can-doi/", views.trial, name="trial"),
    path("so-cai/dinh-chinh/", views.corrections, name="corrections"),
    path("so-cai/dinh-chinh/<str:code>/<int:item>/", views.correct, name="correct"),
    path("so-cai/muc/", views.items, name="items"),
]
