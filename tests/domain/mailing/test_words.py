"""Names in mails are names, and words of strangers are marked as theirs."""

from __future__ import annotations

import pytest

from bookyflow.mailing.words import name_shown, quoted


@pytest.mark.parametrize(
    "name",
    [
        "Ada Lovelace",
        "Grace Brewster Murray-Hopper",
        "Conan O'Brien",
        "Conan O\N{RIGHT SINGLE QUOTATION MARK}Brien",
        "J. R. R. Tolkien",
        "J.R.R. Tolkien",
        "Dr. Sa\u0301ndor Kocsis",
        "Gal\N{MIDDLE DOT}la Placidia",
        "Müller-Ōta 太郎",
        "ジョン\N{KATAKANA MIDDLE DOT}スミス",
        "مریم می\N{ZERO WIDTH NON-JOINER}خواهد",
        "सत्यजित राय",
        "x" * 60,
    ],
)
def test_names_in_every_script_are_shown(name):
    assert name_shown(name) == name


def test_blanks_are_single():
    assert name_shown("  Ada \n Lovelace\N{NO-BREAK SPACE}") == "Ada Lovelace"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  ",
        "...",
        "\N{EN DASH}",
        "You have won 500 pounds, claim it at prize-winners.example today",
        "prize-winners.example",
        "win a.b.example",
        "example.c",
        "http://spam.example",
        "www.spam",
        "spam@guest.example",
        "Call 0900 123",
        "Ada, you have won",
        "Ada: look",
        "Ada!",
        "spam\N{FULLWIDTH FULL STOP}example",
        "spam\N{IDEOGRAPHIC FULL STOP}example",
        "Ada\N{RIGHT-TO-LEFT OVERRIDE}ecalevoL",
        "Ada \N{PARTY POPPER}",
        "x" * 61,
    ],
)
def test_what_is_no_name_is_not(text):
    assert name_shown(text) == ""


def test_a_quotation_is_marked_on_every_line():
    assert quoted("A room\n\nYours, the hotel\N{LINE SEPARATOR}Pay at once") == (
        "> A room\n>\n> Yours, the hotel\n> Pay at once"
    )
    assert quoted("") == ""
