"""Fields that forms about stays have in common."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bookyflow.properties.models import Property
from bookyflow.rooms.selectors import room_list
from bookyflow.tariffs.overrides import Overridable, Overrides
from bookyflow.web.bookings.words import RULES

MOST_CHILDREN = 50
OLDEST_CHILD = 17


class AgesField(forms.CharField):
    """The ages of children: "4, 7"; empty for none."""

    def __init__(self, **options: Any) -> None:
        usual: dict[str, Any] = {
            "label": gettext_lazy("Ages of children"),
            "help_text": gettext_lazy("Such as 4, 7. Empty: no children."),
            "required": False,
            "max_length": 200,
            "widget": forms.TextInput({"inputmode": "numeric", "autocomplete": "off"}),
        } | options
        super().__init__(**usual)

    def clean(self, value: Any) -> tuple[int, ...]:
        """The ages in the order in which they stand there."""
        words = str(super().clean(value)).replace(",", " ").replace(";", " ").split()
        if len(words) > MOST_CHILDREN or not all(map(_is_age, words)):
            raise forms.ValidationError(
                _("Ages from 0 to %(oldest)s, with commas between them.") % {"oldest": OLDEST_CHILD}
            )
        return tuple(map(int, words))


class RulesField(forms.MultipleChoiceField):
    """Rules that staff set aside."""

    def __init__(self) -> None:
        super().__init__(
            label=gettext_lazy("Set rules aside"),
            choices=RULES,
            required=False,
            widget=forms.CheckboxSelectMultiple,
            help_text=gettext_lazy("What is set aside is told in the history of the booking."),
        )

    def only(self, *rules: Overridable) -> None:
        """Offer these rules alone."""
        self.choices = [one for one in RULES if one[0] in rules]

    def clean(self, value: Any) -> Overrides:
        """The kinds of rules."""
        return frozenset(map(Overridable, super().clean(value)))


def room_types_of(prop: Property) -> dict[int, str]:
    """The types of a property's rooms by id; one query."""
    rooms = room_list(prop=prop).order_by("room_type__name", "room_type_id")
    return dict(rooms.values_list("room_type_id", "room_type__name").distinct())


def _is_age(word: str) -> bool:
    return word.isascii() and word.isdigit() and len(word) <= 2 and int(word) <= OLDEST_CHILD  # noqa: PLR2004  # digits
