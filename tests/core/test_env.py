from __future__ import annotations

import re
from ipaddress import ip_network
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from bookyflow.core import env


@pytest.fixture
def given(monkeypatch):
    """Set the variable THING."""

    def give(value):
        monkeypatch.setenv("THING", value)

    monkeypatch.delenv("THING", raising=False)
    monkeypatch.delenv("THING_FILE", raising=False)
    return give


def test_text_is_stripped_and_falls_back_on_its_default(given):
    assert env.text("THING") == ""
    assert env.text("THING", "default") == "default"

    given("  value \n")

    assert env.text("THING", "default") == "value"


def test_text_comes_from_a_file_before_the_variable(given, monkeypatch, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("from the file\n")
    given("from the variable")
    monkeypatch.setenv("THING_FILE", str(secret))

    assert env.text("THING") == "from the file"


def test_a_file_that_cannot_be_read_stops_the_start(given, monkeypatch, tmp_path):
    monkeypatch.setenv("THING_FILE", str(tmp_path / "missing"))

    with pytest.raises(ImproperlyConfigured, match=r"THING_FILE=.*missing.*No such file"):
        env.text("THING")


@pytest.mark.parametrize(
    ("value", "meaning"),
    [("1", True), ("true", True), ("YES", True), ("0", False), ("False", False), ("no", False)],
)
def test_boolean_understands_the_usual_words(given, value, meaning):
    given(value)

    assert env.boolean("THING", default=not meaning) is meaning


@pytest.mark.parametrize("default", [True, False])
def test_boolean_that_is_missing_or_empty_is_its_default(given, default):
    assert env.boolean("THING", default=default) is default

    given("")

    assert env.boolean("THING", default=default) is default


@pytest.mark.parametrize("value", ["on", "2", "tru", "-"])
def test_boolean_refuses_anything_else(given, value):
    given(value)

    with pytest.raises(ImproperlyConfigured, match=f"THING='{value}' is not one of 1, true"):
        env.boolean("THING", default=False)


def test_integer_is_a_whole_number_of_at_least_so_much(given):
    assert env.integer("THING", 7) == 7

    given("12")

    assert env.integer("THING", 7, least=12) == 12


@pytest.mark.parametrize("value", ["-1", "1.5", "1e3", "ten", "٣", "²", "4"])
def test_integer_refuses_anything_else(given, value):
    given(value)

    with pytest.raises(ImproperlyConfigured, match="is not a whole number from 5 up"):
        env.integer("THING", 7, least=5)


def test_words_are_split_at_commas(given):
    assert env.words("THING") == []
    assert env.words("THING", "a,b") == ["a", "b"]

    given(" one, two ,,three,")

    assert env.words("THING") == ["one", "two", "three"]


def test_choice_is_one_of_those_allowed_and_by_default_the_first(given):
    assert env.choice("THING", ("this", "that")) == "this"

    given("that")

    assert env.choice("THING", ("this", "that")) == "that"


def test_choice_refuses_anything_else(given):
    given("That")

    with pytest.raises(ImproperlyConfigured, match="THING='That' is not one of this, that"):
        env.choice("THING", ("this", "that"))


def test_networks_are_addresses_or_ranges(given):
    given("10.0.0.0/8, 192.0.2.1, ::1")

    assert env.networks("THING") == [
        ip_network("10.0.0.0/8"),
        ip_network("192.0.2.1/32"),
        ip_network("::1/128"),
    ]


@pytest.mark.parametrize("value", ["10.0.0.1/8", "example.org", "10.0.0.0/40"])
def test_networks_refuse_anything_else(given, value):
    given(value)

    with pytest.raises(ImproperlyConfigured, match="THING: "):
        env.networks("THING")


def test_whole_numbers_in_a_list(given):
    assert env.integers("THING", "5,60") == [5, 60]

    given("1, 2")

    assert env.integers("THING", "5", least=1) == [1, 2]


@pytest.mark.parametrize("value", [",", "1,x", "1.5", "-1", "0", "3,0"])
def test_a_list_of_whole_numbers_is_nothing_else(given, value):
    given(value)

    with pytest.raises(ImproperlyConfigured, match="THING"):
        env.integers("THING", "5", least=1)


def test_every_variable_that_settings_read_is_documented():
    root = Path(env.__file__).parents[2]
    read = re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', (root / "bookyflow/settings.py").read_text())
    documented = re.findall(r"^\| `([A-Z_]+)` \|", (root / "docs/operations.md").read_text(), re.M)

    assert len(read) > 10
    assert sorted(documented) == sorted(set(read))


@pytest.mark.parametrize("value", ["", "https://geo.example/reverse?key=k", "http://10.0.0.1:8080"])
def test_a_web_address_may_be_none(given, value):
    given(value)

    assert env.web_address("THING") == value


@pytest.mark.parametrize("value", ["geo.example", "ftp://geo.example", "https://", "http://[x"])
def test_a_web_address_is_nothing_else(given, value):
    given(value)

    with pytest.raises(ImproperlyConfigured, match="THING"):
        env.web_address("THING")
