from __future__ import annotations

import pytest

from bookyflow.core.texts import as_line, has_words, is_blank, is_line, is_text

NAMES = (
    "Hôtel Le\u00a0Goff",
    "Ho\u0302tel",  # composed of two characters
    "خانه\u200cی دریا",  # Persian, with its half-space
    "क्\u200dष",  # Devanagari, joined
    "🏃\u200d♂\ufe0fWalkable 🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    "בית הים\u200f",
    "太郎\u3000旅館",
    "\U0001fae9 an emoji of a later Unicode",
)


@pytest.mark.parametrize("name", NAMES)
def test_names_in_every_script_are_lines(name):
    assert is_line(name)
    assert not is_blank(name)
    assert as_line(name) == name


@pytest.mark.parametrize(
    "character",
    ["\0", "\t", "\n", "\r", "\x0b", "\x1b", "\x7f", "\x85", "\u2028", "\u2029", "\ud800"],
)
def test_controls_breaks_and_lone_surrogates_are_no_line(character):
    assert not is_line(f"Harbour{character}House")


@pytest.mark.parametrize(
    "character", [*map(chr, range(0x202A, 0x202F)), *map(chr, range(0x2066, 0x206A))]
)
def test_what_turns_the_direction_of_other_text_is_no_line(character):
    assert not is_line(f"Harbour{character}House")
    assert as_line(f"Harbour{character}House") == "HarbourHouse"


def test_a_text_may_have_tabs_and_line_feeds_and_no_other_controls():
    assert is_text("One\n\ttwo\u2028three")
    assert not is_text("One\rtwo")
    assert not is_text("One\0")
    assert not is_text("\udfff")


@pytest.mark.parametrize("text", ["", " ", "\u00a0\u3000", "\u200b\u200d", "\ufeff"])
def test_what_cannot_be_seen_is_blank(text):
    assert is_blank(text)


def test_a_text_from_elsewhere_is_put_on_one_line():
    assert as_line("  A\n\u2028 very\tlong\x85 name \r\n") == "A very long name"


def test_words_are_found_by_their_beginnings():
    assert has_words("Grace Höpper", "hop")
    assert has_words("Grace Höpper", "HÖPPER grace")
    assert has_words("Grace Höpper", "")
    assert not has_words("Grace Höpper", "grace lovelace")
    assert not has_words("Grace Höpper", "opper")
