from __future__ import annotations

import pytest

from bookyflow.core.errors import DomainError
from bookyflow.events.models import Event
from bookyflow.properties.models import PropertySettings, PropertyText
from bookyflow.properties.selectors import property_text, texts_list
from bookyflow.properties.services import property_texts_save
from bookyflow.properties.texts import text_clean
from bookyflow.property_lifecycle.public_list import listed_properties


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

    property_texts_save(property_id=hotel.pk, language="en-GB", texts=texts, by=by)

    stored = dict(PropertyText.objects.values_list("field", "text"))
    assert stored == {"property_description": "Hi", "metatitle": "A & B"}


@pytest.mark.django_db
def test_a_text_that_is_the_same_is_no_change_and_an_empty_one_goes(hotel, by):
    def save(text):
        property_texts_save(
            property_id=hotel.pk, language="en-GB", texts={"metatitle": text}, by=by
        )

    save("")
    for text in ("New", "New", "Newer", ""):
        save(text)

    assert not PropertyText.objects.exists()
    assert Event.objects.count() == 3
    hotel.refresh_from_db()
    assert hotel.version == 4


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("there", "wanted", "found"),
    [
        ("de-CH de-DE de en-GB it-IT", "de-CH", "de-CH"),
        ("de-DE de en-GB it-IT", "de-CH", "de"),
        ("de-DE de-AT en-GB it-IT", "de-CH", "de-AT"),
        ("de-DE en-GB it-IT", "de", "de-DE"),
        ("en-GB it-IT it-CH", "de-CH", "it-IT"),
        ("en-GB it-CH", "de-CH", "it-CH"),
        ("fr-FR en-GB en-US", "de-CH", "en-GB"),
        ("fr-FR en-US", "de-CH", ""),
    ],
)
def test_falls_back_by_steps(hotel, there, wanted, found):
    PropertySettings.objects.filter(pk=hotel.pk).update(language="it-IT")
    PropertyText.objects.bulk_create(
        PropertyText(property=hotel, field="metatitle", language=tag, text=tag)
        for tag in there.split()
    )

    field = PropertyText.Field.META_TITLE
    assert property_text(property_id=hotel.pk, field=field, language=wanted) == found


@pytest.mark.django_db
def test_lists_every_text(hotel, by):
    for language in ("en-GB", "de-DE"):
        texts = {"metatitle": "Title", "metakeywords": "sea"}
        property_texts_save(property_id=hotel.pk, language=language, texts=texts, by=by)

    assert [(text.field, text.language) for text in texts_list(property_id=hotel.pk)] == [
        ("metakeywords", "de-DE"),
        ("metakeywords", "en-GB"),
        ("metatitle", "de-DE"),
        ("metatitle", "en-GB"),
    ]


@pytest.mark.django_db
def test_the_public_list_names_a_property_in_the_language_asked_for(hotel, by):
    property_texts_save(
        property_id=hotel.pk, language="de-DE", texts={"property_name": "Haus"}, by=by
    )

    names = [listed_properties(language=tag)[0].name for tag in ("de-CH", "fr-FR")]
    assert names == ["Haus", "Harbour House"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "texts", "field"),
    [
        ("en-GB", {"property_motto": "x"}, "property_motto"),
        ("en-GB", {"property_name": "x" * 256}, "property_name"),
        ("en-GB", {"property_description": "x" * 100_001}, "property_description"),
        ("en-GB", {"metatitle": "a\0b"}, "metatitle"),
        ("xx-GB", {"metatitle": "x"}, "language"),
        ("en-GB-oxendict", {"metatitle": "x"}, "language"),
    ],
)
def test_refuses_texts_that_cannot_be(hotel, by, language, texts, field):
    given = {"property_policies_disclaimers": "No smoking"} | texts
    with pytest.raises(DomainError) as refused:
        property_texts_save(property_id=hotel.pk, language=language, texts=given, by=by)

    assert (refused.value.key, list(refused.value.fields)) == ("validation_failed", [field])
    assert not PropertyText.objects.exists()
