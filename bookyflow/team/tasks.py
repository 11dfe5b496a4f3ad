from __future__ import annotations

from procrastinate.contrib.django import app

from bookyflow.mailing.sending import RETRY
from bookyflow.team.addresses import email_change_send
from bookyflow.team.invitations import invitation_mail_send
from bookyflow.team.passwords import notice_send, password_reset_send
from bookyflow.team.sign_ins import sign_in_notice_send


@app.task(retry=RETRY, pass_context=False)
def password_reset_mail(email: str, page: str) -> None:
    """Send a link to set a new password to the accounts of an encrypted address."""
    password_reset_send(email=email, page=page)


@app.task(retry=RETRY, pass_context=False)
def email_change_mail(user_id: int, email: str, page: str) -> None:
    """Send a link to an encrypted new address."""
    email_change_send(user_id=user_id, email=email, page=page)


@app.task(retry=RETRY, pass_context=False)
def invitation_mail(invitation_id: int, page: str) -> None:
    """Send an invitation."""
    invitation_mail_send(invitation_id=invitation_id, page=page)


@app.task(retry=RETRY, pass_context=False)
def account_notice(user_id: int, what: str, email: str) -> None:
    """Tell an account what has happened to it."""
    notice_send(user_id=user_id, what=what, email=email)


@app.task(retry=RETRY, pass_context=False)
def sign_in_notice(user_id: int, at: str, address: str, browser: str, language: str) -> None:
    """Tell an account of a sign-in with a new browser; address and browser are encrypted."""
    sign_in_notice_send(user_id=user_id, at=at, address=address, browser=browser, language=language)
