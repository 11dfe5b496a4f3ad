from __future__ import annotations

from django.urls import path

from bookyflow.web.account import own, views

urlpatterns = [
    path("sign-in", views.sign_in, name="sign_in"),
    path("sign-out", views.sign_out, name="sign_out"),
    path("account", own.profile, name="profile"),
    path("account/password", own.password_change, name="password_change"),
    path("account/email", own.email_change, name="email_change"),
    path("account/sessions", own.sessions, name="sessions"),
    path("password", own.password_forgotten, name="password_forgotten"),
    path("password/<str:token>", own.password_new, name="password_reset"),
    path("email/<str:token>", own.email_confirm, name="email_confirm"),
]
