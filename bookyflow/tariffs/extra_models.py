"""Numbers that stand for the ways an extra is charged, where an interface has them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from bookyflow.core.choices import values_of
from bookyflow.core.errors import DomainError
from bookyflow.pricing.inputs import ExtraModel

ORIGINAL: Mapping[int, ExtraModel] = MappingProxyType(
    {
        1: ExtraModel.PER_WEEK,
        2: ExtraModel.PER_NIGHT,
        3: ExtraModel.PER_BOOKING,
        4: ExtraModel.PER_PERSON,
        5: ExtraModel.PER_PERSON_AND_NIGHT,
        6: ExtraModel.PER_PERSON_AND_WEEK,
        7: ExtraModel.PER_NIGHT_WITH_MINIMUM,
        8: ExtraModel.PER_NIGHT_AND_ROOM,
        9: ExtraModel.PER_ROOM,
        100: ExtraModel.PERCENTAGE,
    }
)
# What the channel interface lists counts the last three one higher, and 7 is 8 there.
CHANNEL: Mapping[int, ExtraModel] = MappingProxyType(
    {
        **{number: model for number, model in ORIGINAL.items() if number not in {7, 8, 9}},
        8: ExtraModel.PER_NIGHT_WITH_MINIMUM,
        9: ExtraModel.PER_NIGHT_AND_ROOM,
        10: ExtraModel.PER_ROOM,
        7: ExtraModel.PER_NIGHT_WITH_MINIMUM,
    }
)


def extra_model_of(code: int | str, *, numbers: Mapping[int, ExtraModel] = ORIGINAL) -> ExtraModel:
    """The model from its name, or from a number of an interface as number or text.

    `numbers` is ORIGINAL or CHANNEL: 8 and 9 mean different things in them. Raises DomainError
    `validation_failed`.
    """
    text = str(code).strip()
    if text in values_of(ExtraModel):
        return ExtraModel(text)
    if text.isascii() and text.isdigit() and int(text) in numbers:
        return numbers[int(text)]
    names = ", ".join(ExtraModel)
    raise DomainError("validation_failed", fields={"model": [f"One of {names} is needed."]})


def extra_model_number(
    model: ExtraModel | str, *, numbers: Mapping[int, ExtraModel] = ORIGINAL
) -> int:
    """The number of a model in an interface: ORIGINAL or CHANNEL."""
    return next(number for number, one in numbers.items() if one == model)
