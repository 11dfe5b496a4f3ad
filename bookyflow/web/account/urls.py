from __future__ import annotations

from django.urls import path

from bookyflow.web.account import guest_log, invitation, own, team, views

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
    path("invitation/<str:token>", invitation.invitation, name="invitation"),
    path("p/<int:property_id>/team", team.team, name="team"),
    path("p/<int:property_id>/team/invite", team.invite, name="team_invite"),
    path(
        "p/<int:property_id>/team/invitations/<int:invitation_id>/withdraw",
        team.withdraw,
        name="team_withdraw",
    ),
    path("p/<int:property_id>/team/<int:user_id>", team.member, name="team_member"),
    path("p/<int:property_id>/team/<int:user_id>/remove", team.remove, name="team_remove"),
    path("p/<int:property_id>/team/guest-log", guest_log.guest_log, name="guest_log"),
]
