"""Addresses of accounts; included at the root."""

from __future__ import annotations

from django.urls import path

from thichinh.accounts.views import authority, management, people, profile, session

app_name = "accounts"
own, managed = "tai-khoan/", "quan-tri/tai-khoan/"
urlpatterns = [
    path("dang-nhap/", session.sign_in, name="sign_in"),
    path("lam-viec/", session.work, name="work"),
    path("dang-xuat/", session.sign_out, name="sign_out"),
    path("dang-ky/", session.sign_up, name="sign_up"),
    path(own, profile.profile, name="profile"),
    path(own + "mat-khau/", profile.change_password, name="password"),
    path(own + "lien-he/", profile.save_contact, name="contact"),
    path(own + "uy-quyen/", profile.delegate, name="delegate"),
    path(own + "uy-quyen/<int:delegation_id>/thoi/", profile.end_delegation, name="end_delegation"),
    path(own + "lam-thay/", profile.act_on_behalf, name="act_on_behalf"),
    path(own + "khoa-truy-cap/", profile.create_token, name="create_token"),
    path(own + "khoa-truy-cap/<int:token_id>/thu-hoi/", profile.revoke_token, name="revoke_token"),
    path("mo-tai-khoan/<str:secret>/", authority.open_account, name="open_by_link"),
    path("quan-tri/ngay-dau/", authority.first_day, name="first_day"),
    path("quan-tri/don-vi/", authority.units, name="units"),
    path("quan-tri/don-vi/<str:code>/", authority.unit_page, name="unit"),
    path("quan-tri/gio-lam-viec/", authority.hours, name="hours"),
    path("quan-tri/tieu-de/", authority.letterhead, name="letterhead"),
    path("quan-tri/ban-rieng/", authority.overrides, name="overrides"),
    path("nguoi-dan/", people.people_list, name="people"),
    path("nguoi-dan/moi/", people.new_person, name="new_person"),
    path("nguoi-dan/<int:person_id>/", people.person_page, name="person"),
    path("nguoi-dan/<int:person_id>/tai-khoan/", people.open_account, name="open_account"),
    path("nguoi-dan/<int:person_id>/doi-chieu/", people.confirm_identity, name="confirm_identity"),
    path("nguoi-dan/<int:person_id>/tach/", people.detach_account, name="detach_account"),
    path(managed, management.account_list, name="accounts"),
    path(managed + "moi/", management.new_account, name="new_account"),
    path(managed + "<int:account_id>/", management.account_page, name="account"),
    path(managed + "<int:account_id>/khoa/", management.disable_account, name="disable_account"),
    path(managed + "<int:account_id>/mo/", management.enable_account, name="enable_account"),
    path(managed + "<int:account_id>/mat-khau/", management.reset_password, name="reset_password"),
    path(managed + "<int:account_id>/vai-tro/", management.assign_role, name="assign_role"),
    path(
        managed + "<int:account_id>/vai-tro/<int:assignment_id>/thoi/",
        management.end_role,
        name="end_role",
    ),
]
