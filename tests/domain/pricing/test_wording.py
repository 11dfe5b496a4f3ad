"""What lines say, in the language of who reads them."""

from __future__ import annotations

import json

import pytest
from django.utils import translation

from bookyflow.pricing import wording
from bookyflow.pricing.inputs import ExtraModel
from bookyflow.pricing.lines import LineKind, Rule
from tests import foreign

ADDED_LATER = (LineKind.SERVICE, LineKind.CANCELLATION_FEE, LineKind.NO_SHOW_FEE)
RUNS = {"tariff": "Flex", "runs": [[1, "90.00"], [2, "100.00"]]}
SAID = [
    (Rule.PER_ROOM, RUNS),
    (Rule.PER_ROOM, {"nights": 9, "least": "80.00", "most": "95.50"}),
    (Rule.PER_PERSON, RUNS | {"surcharge": "5.00", "guests": 2, "at_least": False}),
    (Rule.PER_PERSON, RUNS | {"guests": 1, "at_least": True}),
    (Rule.EXTRA_GUESTS, {"tariff": "Flex", "guests": 1, "nights": 2, "price": "30.00"}),
    (Rule.GUEST_TYPES, {"tariff": "", "nights": 7, "types": [[1, "Senior", "80.00"]]}),
    (Rule.AGREED, {"by": "staff"}),
    (Rule.AGREED, {"by": "others"}),
    (Rule.WISEPRICE, {"percent": "12.5"}),
    (Rule.COUPON, {"percent": "10", "inside": 3, "nights": 7}),
    (Rule.COUPON, {"amount": "50.00", "inside": 1, "nights": 1}),
    (Rule.LENGTH_OF_STAY, {"percent": "10", "nights": 7, "tariff": "Flex"}),
    (Rule.LENGTH_OF_STAY, {"amount": "70.00", "nights": 7, "tariff": ""}),
    *((rule, {"percent": "5"}) for rule in (Rule.PERSONAL, Rule.PARTNER, Rule.LAST_MINUTE)),
    (Rule.SUPPLEMENT, {"capacity": 2, "nights": 2, "price": "7.00"}),
    (Rule.SUPPLEMENT, {"capacity": 2, "percent": "7"}),
    *(
        (rule, {"age_from": 3, "age_to": 11, "children": 2, "price": "15.00"} | nights)
        for rule, nights in (
            (Rule.CHILD_PER_STAY, {}),
            (Rule.CHILD_PER_NIGHT, {"nights": 1}),
            (Rule.CHILD_PER_NIGHT, {"nights": 7}),
        )
    ),
    *(
        (Rule.EXTRA, {"model": model.value, "price": "8.00", "percent": "3", "times": times})
        for model in ExtraModel
        for times in (1, 6)
    ),
    (Rule.CITY_TAX, {"percent": "3"}),
    (Rule.CITY_TAX, {"price": "2.00", "times": 15, "guests": 5, "nights": 3}),
    (Rule.CLEANING_PER_BOOKING, {"price": "30.00"}),
    (Rule.CLEANING_PER_ROOM, {"price": "30.00", "rooms": 1}),
    (Rule.CLEANING_PER_ROOM, {"price": "30.00", "rooms": 2}),
    (LineKind.SERVICE, {"quantity": 2, "price": "20"}),
    (LineKind.CANCELLATION_FEE, {}),
    (LineKind.NO_SHOW_FEE, {}),
]
NAMES = ["Flex", "Senior", "Sauna"]

sentences = pytest.mark.parametrize(("rule", "values"), SAID)


def test_every_rule_is_looked_at():
    assert {rule for rule, _ in SAID} == {*Rule, *ADDED_LATER}


@sentences
def test_every_line_says_what_it_is_for_and_how_it_came_about(rule, values):
    assert wording.description(rule, "Sauna", values)
    told = wording.explanation(rule, values)

    assert told.endswith(".")
    assert not set("{}[]'\"") & set(told.replace("'s", ""))


@sentences
def test_no_word_of_a_line_escapes_translation(foreign_language, rule, values):
    with translation.override(foreign_language):
        said = [wording.description(rule, "Sauna", values), wording.explanation(rule, values)]

    assert foreign.readable(" ".join(said), given=NAMES) == []


@sentences
def test_what_is_stored_says_the_same(rule, values):
    stored = json.loads(json.dumps(values))

    assert wording.explanation(str(rule), stored) == wording.explanation(rule, values)


def test_a_service_without_a_name_is_a_service_in_every_language():
    assert wording.description("service", "", {}) == "Service"
    with translation.override("de"):
        assert wording.description("service", "", {}) == "Leistung"


@pytest.mark.parametrize(
    ("language", "told", "off", "city_tax"),
    [
        (
            "de",
            "Tarif Flex: 1 Nacht zu 90,00 + 2 Nächte zu 100,00.",
            "12,5 % Nachlass, solange wenige Zimmer dieser Art belegt sind.",
            "Kurtaxe",
        ),
        (
            "fr",
            "Tarif Flex : 1 nuit à 90,00 + 2 nuits à 100,00.",
            "Remise de 12,5 % tant que peu de chambres de ce type sont occupées.",
            "Taxe de séjour",
        ),
        (
            "es",
            "Tarifa Flex: 1 noche a 90,00 + 2 noches a 100,00.",
            "Descuento de 12,5 % mientras haya pocas habitaciones de este tipo ocupadas.",
            "Tasa turística",
        ),
    ],
)
def test_lines_are_told_in_the_readers_language(language, told, off, city_tax):
    with translation.override(language):
        assert wording.explanation(Rule.PER_ROOM, RUNS) == told
        assert wording.explanation(Rule.WISEPRICE, {"percent": "12.5"}) == off
        assert wording.description(Rule.CITY_TAX, "", {}) == city_tax
