from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from bookyflow.messaging.services import LONGEST_BODY, LONGEST_SUBJECT
from bookyflow.web.forms import PageForm


class ReplyForm(PageForm):
    """An answer; a file may stand for words."""

    subject = forms.CharField(label=_("Subject"), required=False, max_length=LONGEST_SUBJECT)
    body = forms.CharField(
        label=_("Message"),
        required=False,
        max_length=LONGEST_BODY,
        widget=forms.Textarea({"rows": 5}),
    )
    file = forms.FileField(
        label=_("File"),
        required=False,
        help_text=_("A picture or a PDF of at most 5 MB."),
        widget=forms.FileInput({"class": "form-control"}),
    )
