from __future__ import annotations

from procrastinate.contrib.django import app

from bookyflow.mailing.sending import RETRY
from bookyflow.messaging.mails import messages_mail_send
from bookyflow.messaging.retention import messages_clear


@app.task(retry=RETRY, pass_context=False)
def messages_mail(conversation_id: int, to_team: bool) -> None:  # noqa: FBT001  # a job's argument
    """Send the mail about messages that one side of a conversation has not read."""
    messages_mail_send(conversation_id=conversation_id, to_team=to_team)


@app.periodic(cron="29 2 * * *")
@app.task(queueing_lock="messages_forget", pass_context=False)
def messages_forget(timestamp: int) -> int:
    """Delete messages that are as old as the site keeps them; returns how many."""
    return messages_clear()
