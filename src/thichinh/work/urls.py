"""Addresses of work; included at the root."""

from __future__ import annotations

from django.urls import path

from thichinh.work import views

app_name = "work"
urlpatterns = [
    path("viec/", views.inbox, name="inbox"),
    path("viec/<int:task_id>/nhan/", views.claim, name="claim"),
    path("viec/<int:task_id>/giao/", views.assign, name="assign"),
    path("viec/<int:task_id>/han/", views.deadline, name="deadline"),
    path("viec/tai-cong-viec/", views.workload, name="workload"),
    path("viec/ban-giao/", views.hand_over, name="hand_over"),
]
