"""Addresses of the one-stop shop; included at the root."""

from __future__ import annotations

from django.urls import path

from thichinh.dossiers.views import citizen, counter, home, leader, mine, officer, slips, tracking

app_name = "dossiers"
urlpatterns = [
    path("quay/", counter.counter, name="counter"),
    path("quay/chuyen/", counter.transfer_all, name="transfer_all"),
    path("quay/<str:number>/", counter.received, name="received"),
    path("ho-so/", officer.dossiers, name="list"),
    path("ho-so/<str:number>/", officer.dossier, name="dossier"),
    path("ho-so/<str:number>/viec/<slug:verb>/", officer.act, name="act"),
    path("ho-so/<str:number>/tep/<int:file_id>/", officer.attachment, name="attachment"),
    path("tong-quan/", leader.overview, name="overview"),
    # For everybody.
    path("", home.home, name="home"),
    path("tra-cuu/", tracking.track, name="track"),
    # For citizens.
    path("nop-ho-so/<slug:code>/", citizen.start, name="start"),
    path("nop-ho-so/<slug:code>/luu/", citizen.autosave, name="filing_autosave"),
    path("nop-ho-so/<slug:code>/giay-to/", citizen.papers, name="filing_papers"),
    path("nop-ho-so/<slug:code>/giay-to/<int:file_id>/", citizen.draft_file, name="filing_file"),
    path(
        "nop-ho-so/<slug:code>/giay-to/<int:file_id>/bo/", citizen.remove_file, name="filing_remove"
    ),
    path("nop-ho-so/<slug:code>/xem-lai/", citizen.review, name="filing_review"),
    path("nop-ho-so/<slug:code>/xoa/", citizen.discard, name="filing_discard"),
    path("ho-so-cua-toi/", mine.mine, name="mine"),
    path("ho-so-cua-toi/<str:number>/", mine.my_dossier, name="my_dossier"),
    path("ho-so-cua-toi/<str:number>/da-nop/", mine.receipt, name="receipt"),
    path("ho-so-cua-toi/<str:number>/tep/<int:file_id>/", mine.my_file, name="my_file"),
    path("ho-so-cua-toi/<str:number>/rut/", mine.withdraw, name="withdraw"),
    # Slips and the register as PDF.
    path("ho-so/<str:number>/giay-tiep-nhan.pdf", slips.slip, name="slip"),
    path("ho-so/<str:number>/phieu-kiem-soat.pdf", slips.control_slip, name="control_slip"),
    path("so-theo-doi/", slips.register, name="register"),
    path("so-theo-doi/so.pdf", slips.register_pdf, name="register_pdf"),
]
