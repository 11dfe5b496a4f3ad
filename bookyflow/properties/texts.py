from __future__ import annotations

import nh3

from bookyflow.properties.models import PropertyText

_Field = PropertyText.Field
HTML_FIELDS = frozenset(
    {
        _Field.DESCRIPTION,
        _Field.CHECKIN_TIMES,
        _Field.AREA_ACTIVITIES,
        _Field.DRIVING_DIRECTIONS,
        _Field.AIRPORTS,
        _Field.OTHER_TRANSPORT,
        _Field.POLICIES,
    }
)


def text_clean(field: str, text: str) -> str:
    """A text as it is stored: the long ones are HTML, without scripts, handlers or other dangers.

    The short ones (name, meta data) are plain text and stay as they are.
    """
    return nh3.clean(text) if field in HTML_FIELDS else text
