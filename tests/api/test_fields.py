from __future__ import annotations

from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import pytest
from rest_framework import serializers

from bookyflow.api.wire.brackets import unfolded
from bookyflow.api.wire.fields import (
    Amount,
    DateField,
    Flag,
    JSONText,
    PlainText,
    RemoteId,
    Truth,
    Uid,
)
from bookyflow.api.wire.languages import accepted, chosen, full
from bookyflow.api.wire.parsers import loads


@pytest.mark.parametrize(
    ("field", "given", "value"),
    [
        (Amount(), "95", Decimal("95")),
        (Amount(), " 95.50 ", Decimal("95.50")),
        (Amount(), 95.1, Decimal("95.1")),
        (Amount(), 0, Decimal(0)),
        (Amount(), "999999999.999", Decimal("999999999.999")),
        (Flag(), 1, True),
        (Flag(), "0", False),
        (Flag(), "true", True),
        (Flag(), False, False),
        (Truth(), True, True),
        (Truth(), "false", False),
        (Uid(), "7", 7),
        (Uid(), 2**63 - 1, 2**63 - 1),
        (DateField(), "2028-02-29", date(2028, 2, 29)),
        (RemoteId(), 7, "7"),
        (RemoteId(), "07", "07"),
        (PlainText(max_length=9), "  a\r\nb\tc ", "a\nb\tc"),
        (JSONText(serializers.ListField(child=Uid())), "[1, 2]", [1, 2]),
        (JSONText(serializers.ListField(child=Uid())), [1, 2], [1, 2]),
    ],
)
def test_takes(field, given, value):
    assert field.run_validation(given) == value


@pytest.mark.parametrize(
    ("field", "given"),
    [
        *(
            (Amount(), bad)
            for bad in (
                "-1", "+1", "1e3", "1,5",
                "1.2345", "1234567890", "", "x", ".5", "5.", "\u0663", True,
                None, [], 1e-7, float("nan"), -0.01, 10**9,
            )
        ),
        *((Flag(), bad) for bad in (2, -1, "yes", "", None, [], 1.0, {})),
        *((Truth(), bad) for bad in (0, 1, 1.0, "1", "yes", "on", "", None, [], {})),
        *((Uid(), bad) for bad in (0, -1, 2**63, "x", "", 1.5, True, None, "1.0", "9" * 2000)),
        *(
            (DateField(), bad)
            for bad in (
                "2027-02-29", "20270610", "2027-W01-1", "2027-6-1", "10.06.2027", "", None, 1, [],
                "2027-06-10T00:00", "0001-01-01", "9999-12-31", "\u0662027-06-10",
            )
        ),
        *((PlainText(max_length=3), bad) for bad in ("abcd", "a\x00", "a\x1b", "\ud800", "")),
        *((RemoteId(), bad) for bad in (True, 7.0, [7], "", 10**255)),
        *((PlainText(max_length=9), bad) for bad in ([], 1067, 1.5, True)),
        *((JSONText(serializers.DictField()), bad) for bad in ("{", "[1]", "NaN", "[" * 9999, 1)),
    ],
)  # fmt: skip
def test_refuses(field, given):
    with pytest.raises(serializers.ValidationError):
        field.run_validation(given)


class Priced(serializers.Serializer):
    price = Amount(currency="settings.currency")


class Bare(serializers.Serializer):
    price = Amount(allow_null=True)


@pytest.mark.parametrize(
    ("currency", "text"), [("EUR", "110.00"), ("JPY", "110"), ("KWD", "110.000")]
)
def test_amounts_have_the_exponent_of_their_currency(currency, text):
    owner = SimpleNamespace(price=Decimal(110), settings=SimpleNamespace(currency=currency))

    assert Priced(owner).data == {"price": text}
    assert Bare(owner, context={"currency": currency}).data == {"price": text}


def test_no_amount_is_null():
    assert Bare({"price": None}).data == {"price": None}


@pytest.mark.parametrize(
    ("pairs", "value"),
    [
        ([("a", "1"), ("a", "2")], {"a": "2"}),
        ([("a[]", "1"), ("a[]", "2")], {"a": ["1", "2"]}),
        ([("a[1]", "y"), ("a[0]", "x")], {"a": ["x", "y"]}),
        ([("a[1]", "y")], {"a": {"1": "y"}}),
        ([("a[x][y]", "1"), ("a[x][z]", "2")], {"a": {"x": {"y": "1", "z": "2"}}}),
        ([("a[][b]", "1"), ("a[][b]", "2")], {"a": [{"b": "1"}, {"b": "2"}]}),
        ([("a[", "1"), ("b]c", "2"), ("d[e", "3")], {"a[": "1", "b]c": "2", "d[e": "3"}),
        ([("", "1")], {"": "1"}),
        ([], {}),
    ],
)
def test_brackets(pairs, value):
    assert unfolded(pairs) == value


@pytest.mark.parametrize(
    "pairs", [[("a", "1"), ("a[b]", "2")], [("a[b]", "2"), ("a", "1")], [("a" + "[b]" * 9, "1")]]
)
def test_brackets_that_contradict(pairs):
    with pytest.raises(ValueError, match="field"):
        unfolded(pairs)


def test_a_value_that_looks_like_a_level_stays_a_value():
    assert unfolded([("a", {"0": "x"})]) == {"a": {"0": "x"}}


@pytest.mark.parametrize("text", ['"\\\\u0000"', '"\\\\\\\\u0000"', '"\\u00e9 \\ud83d\\ude00"'])
def test_harmless_escapes(text):
    assert isinstance(loads(text), str)


@pytest.mark.parametrize("text", ['"\\u0000"', '{"\\u0000": 1}', '["\\\\\\u0000"]', '"\\ude00"'])
def test_harmful_escapes(text):
    with pytest.raises(ValueError, match="text holds"):
        loads(text)


@pytest.mark.parametrize(
    ("tag", "language"),
    [("de", "de-DE"), ("EN", "en-GB"), ("en-us", "en-US"), ("zh", "zh-CN"), ("xx", None),
     ("deu", None), ("d", None), ("", None), ("de-", "de-DE"), ("../x", None)],
)  # fmt: skip
def test_languages(tag, language):
    assert full(tag) == language


def test_the_first_known_language_is_chosen():
    assert chosen("", "xx", "fr", "de") == "fr-FR"
    assert chosen() == "en-GB"
    assert list(accepted("fr;q=0, de;q=0.5, *;q=0.1, it")) == ["it", "de"]
