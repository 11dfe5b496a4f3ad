"""What guests read about a property, language by language."""

from __future__ import annotations

import re
from typing import Any

from babel.core import Locale
from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import escape, linebreaks
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bookyflow.accounts.models import AccessLevel
from bookyflow.core.languages import family, is_language
from bookyflow.properties.models import Property, PropertyText
from bookyflow.properties.selectors import texts_list
from bookyflow.properties.services import property_texts_save
from bookyflow.properties.texts import HTML_FIELDS, LONGEST_NAME, LONGEST_TEXT
from bookyflow.web.editing import FormPage, GroupedForm, form_page, posted
from bookyflow.web.pages import actor_of, form_methods, property_page
from bookyflow.web.words import language_now

Field = PropertyText.Field
LONG = {
    Field.DESCRIPTION: _("Description"),
    Field.CHECKIN_TIMES: _("Arrival and departure times"),
    Field.POLICIES: _("Terms and house rules"),
    Field.DRIVING_DIRECTIONS: _("How to get there by car"),
    Field.OTHER_TRANSPORT: _("How to get there by bus or train"),
    Field.AIRPORTS: _("Airports"),
    Field.AREA_ACTIVITIES: _("What there is to do nearby"),
}
SHORT = {
    Field.NAME: _("Name"),
    Field.META_TITLE: _("Title for search engines"),
    Field.META_DESCRIPTION: _("Description for search engines"),
    Field.META_KEYWORDS: _("Keywords"),
}
_SIMPLE = re.compile(r"(?:[^<>]|</?p>|<br ?/?>)*")
_PARAGRAPH = re.compile(r"</p>\s*<p>")
_BREAK = re.compile(r"<br ?/?>\n?")


class TextsForm(GroupedForm):
    """All texts in one language."""

    groups = (
        (_("Guests read"), [Field.NAME.value, *(one.value for one in LONG)]),
        (_("Search engines read"), [one.value for one in SHORT if one != Field.NAME]),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)

    def texts(self) -> dict[str, str]:
        """The texts as they are stored: the long ones as HTML."""
        return {
            name: stored(text) if name in HTML_FIELDS else text
            for name, text in self.cleaned_data.items()
        }


def _field(name: Field) -> forms.CharField:
    if name in LONG:
        rows = 8 if name == Field.DESCRIPTION else 3
        widget: forms.Widget = forms.Textarea(attrs={"rows": rows})
        return forms.CharField(
            label=LONG[name], max_length=LONGEST_TEXT // 2, required=False, widget=widget
        )
    return forms.CharField(label=SHORT[name], max_length=LONGEST_NAME, required=False)


for _name in (*SHORT, *LONG):
    TextsForm.base_fields[_name.value] = _field(_name)


@property_page(AccessLevel.MANAGER)
@form_methods
def texts(request: HttpRequest, prop: Property) -> HttpResponse:
    """The texts of a property in one language."""
    every = list(texts_list(property_id=prop.pk))
    languages = _languages(prop, {one.language for one in every})
    wanted = request.GET.get("language", "")
    language = wanted if is_language(wanted) else languages[0]
    known = {one.field: shown(one.text) for one in every if one.language == language}
    if language == languages[0]:
        known.setdefault(Field.NAME.value, prop.name)
    form = TextsForm(posted(request), initial=known)
    here = f"{reverse('web:property_texts', args=[prop.pk])}?language={language}"
    page = FormPage(
        gettext("Texts in %(language)s") % {"language": _called(language)},
        here,
        _("The texts are saved."),
        tabs="web/property/_texts_tabs.html",
        tab="texts",
        context={
            "prop": prop,
            "languages": [(one, _called(one), one == language) for one in languages],
        },
        lead=_(
            "Write as you would in a letter; an empty line begins a new paragraph. What has no "
            "text in a guest's language is shown in the property's own."
        ),
    )
    by = actor_of(request)
    return form_page(
        request,
        form,
        page,
        lambda: property_texts_save(
            property_id=prop.pk, language=language, texts=form.texts(), by=by
        ),
    )


def shown(text: str) -> str:
    """A stored text as it is edited: plain, where it has paragraphs and no more."""
    if not _SIMPLE.fullmatch(text):
        return text
    plain = _PARAGRAPH.sub("\n\n", text)
    plain = _BREAK.sub("\n", plain).replace("<p>", "").replace("</p>", "")
    for entity, sign in (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        plain = plain.replace(entity, sign)
    return plain.strip()


def stored(text: str) -> str:
    """A text as it is kept: what has no HTML of its own gets paragraphs."""
    if not text.strip() or re.search(r"</?[a-zA-Z]", text):
        return text
    return linebreaks(escape(text.replace("\r\n", "\n")))


def _languages(prop: Property, used: set[str]) -> list[str]:
    """The property's own first, then those that it has texts in, then those of the site."""
    own = prop.settings.language
    found = [own, *sorted(used - {own})]
    families = {family(one) for one in found}
    return found + [code for code, _name in settings.LANGUAGES if code not in families]


def _called(language: str) -> str:
    found = Locale.parse(language, sep="-").get_display_name(language_now())
    return str(found or language)
