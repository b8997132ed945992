"""`/ui/`, the living page of the design system, and the language switch of the shells."""

from __future__ import annotations

from django.urls import path
from django.views.i18n import set_language

from thichinh.foundation.ui import views

app_name = "ui"
urlpatterns = [
    path("ui/", views.living_page, name="living"),
    path("ui/luu/", views.sample_save, name="save"),
    path("ui/bieu-mau/", views.sample_form, name="form"),
    path("ui/in/", views.print_page, name="print"),
    path("ngon-ngu/", set_language, name="set_language"),
]
