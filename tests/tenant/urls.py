"""Addresses of lost property."""

from django.urls import path

from tests.tenant import views

app_name = "lost_property"
urlpatterns = [
    path("do-that-lac/", views.things, name="list"),
    path("do-that-lac/ghi/", views.found, name="found"),
    path("do-that-lac/<str:number>/", views.page, name="page"),
    path("do-that-lac/<str:number>/tep/<str:sha256>/", views.file, name="file"),
    path("do-that-lac/<str:number>/viec/<slug:verb>/", views.act, name="act"),
    path("do-that-lac-dang-giu/", views.announced, name="announced"),
]
