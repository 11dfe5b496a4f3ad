from __future__ import annotations

from typing import Any

from django import forms

from bookyflow.plugins.hooks import LARGEST, LONGEST, Setting


class SettingsForm(forms.Form):
    """The settings that a feature's manifest declares."""

    def __init__(self, declared: tuple[Setting, ...], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for one in declared:
            self.fields[one.name] = _field(one)


def _field(setting: Setting) -> forms.Field:
    told: dict[str, Any] = {"label": setting.label, "help_text": setting.help}
    if setting.kind == "switch":
        return forms.BooleanField(required=False, **told)
    if setting.kind == "number":
        return forms.IntegerField(min_value=0, max_value=LARGEST, **told)
    return forms.CharField(max_length=LONGEST, required=False, **told)
