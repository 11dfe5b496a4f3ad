"""Scopes as people see them: grouped by category, with words instead of names."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import groupby

from bookyflow.plugins import registry
from bookyflow.plugins.broad import INCLUDES
from bookyflow.plugins.manifest import Scope


@dataclass(frozen=True)
class ScopeBox:
    """One box to tick. `includes` are the labels of what a broad scope stands for.

    `has_effect` is off for a scope that the key pair holds and nobody could grant it now.
    """

    name: str
    label: str
    description: str
    includes: tuple[str, ...]
    is_checked: bool
    has_effect: bool

    @property
    def is_reading(self) -> bool:
        """Whether it lets a client see and not change."""
        return self.name.endswith("_get")


@dataclass(frozen=True)
class ScopeRow:
    """The boxes about one thing: to read it, to change it, or the only one."""

    boxes: tuple[ScopeBox, ...]

    @property
    def in_order(self) -> list[ScopeBox]:
        """What reads before what changes."""
        return sorted(self.boxes, key=lambda box: not box.is_reading)


@dataclass(frozen=True)
class ScopeGroup:
    """The boxes of one category, broad scopes first."""

    title: str
    boxes: tuple[ScopeBox, ...]

    @property
    def broad(self) -> list[ScopeBox]:
        """The boxes that stand for several."""
        return [box for box in self.boxes if box.name in INCLUDES]

    @property
    def rows(self) -> list[ScopeRow]:
        """The other boxes, reading and changing the same thing side by side."""
        found: dict[str, list[ScopeBox]] = {}
        for box in self.boxes:
            if box.name not in INCLUDES:
                found.setdefault(box.name.removesuffix("_get").removesuffix("_set"), []).append(box)
        return [ScopeRow(tuple(boxes)) for boxes in found.values()]

    @property
    def number_checked(self) -> int:
        """How many of its boxes are ticked."""
        return sum(box.is_checked for box in self.boxes)


def scope_groups(
    *, grantable: dict[str, Scope], held: Collection[str], checked: Collection[str]
) -> list[ScopeGroup]:
    """Boxes for everything that can be granted and for what is `held` besides."""
    declared = registry.scopes_by_name()
    names = grantable.keys() | set(held)
    scopes = sorted(
        (declared.get(name) or _unknown(name) for name in names),
        key=lambda scope: (scope.category, scope.name not in INCLUDES, scope.label),
    )
    return [
        ScopeGroup(
            title=_title(category),
            boxes=tuple(
                ScopeBox(
                    name=scope.name,
                    label=scope.label,
                    description=scope.description,
                    includes=_includes(scope, grantable),
                    is_checked=scope.name in checked,
                    has_effect=scope.name in grantable,
                )
                for scope in group
            ),
        )
        for category, group in groupby(scopes, key=lambda scope: scope.category)
    ]


def scope_labels(names: Iterable[str]) -> list[str]:
    """The labels of scopes, in the order of their names; an undeclared one keeps its name."""
    declared = registry.scopes_by_name()
    return [declared[name].label if name in declared else name for name in sorted(names)]


def _title(category: str) -> str:
    return category.replace("_", " ").capitalize()


def _includes(scope: Scope, grantable: dict[str, Scope]) -> tuple[str, ...]:
    included = INCLUDES.get(scope.name, frozenset())
    return tuple(sorted(grantable[name].label for name in included & grantable.keys()))


def _unknown(name: str) -> Scope:
    """Stand in for a scope whose feature is no longer there, so that it can be taken away."""
    return Scope(
        name=name,
        level=0,
        category="other",
        label=name,
        description="The feature that declared it is not installed.",
    )
