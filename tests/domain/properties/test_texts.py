from __future__ import annotations

import pytest

from bookyflow.properties.models import PropertyText
from bookyflow.properties.services import property_texts_save
from bookyflow.properties.texts import text_clean


@pytest.mark.parametrize(
    ("dangerous", "stored"),
    [
        ("<p>Sea <b>view</b></p>", "<p>Sea <b>view</b></p>"),
        ("<p onclick='x()'>Hi</p>", "<p>Hi</p>"),
        ("Hi<script>alert(1)</script>", "Hi"),
        ('<a href="javascript:x()">go</a>', '<a rel="noopener noreferrer">go</a>'),
        ("<img src=x onerror=x()>", '<img src="x">'),
        ("", ""),
    ],
)
def test_long_texts_are_stored_as_html_without_dangers(dangerous, stored):
    assert text_clean("property_description", dangerous) == stored


def test_names_are_plain_text_and_stay_as_they_are():
    assert text_clean("property_name", "B&B <Rose> & Co") == "B&B <Rose> & Co"


@pytest.mark.django_db
def test_saving_cleans(hotel, by):
    texts = {"property_description": "Hi<script>alert(1)</script>", "metatitle": "A & B"}

    property_texts_save(prop=hotel, language="en-GB", texts=texts, by=by)

    stored = dict(PropertyText.objects.values_list("field", "text"))
    assert stored == {"property_description": "Hi", "metatitle": "A & B"}
