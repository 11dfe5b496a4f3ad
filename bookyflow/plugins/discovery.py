"""Find features and read their manifests. Runs inside settings: no Django, no feature code.

Bundled features are part of BookyFlow, so a fault in one stops the start. Packages that somebody
installed are left out when they are faulty, and reported, so that one of them cannot stop a site.
"""

from __future__ import annotations

import ast
import importlib.util
from collections.abc import Iterable, Iterator
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path

from bookyflow.plugins.broad import INCLUDES
from bookyflow.plugins.core_scopes import LEVELS
from bookyflow.plugins.fields import ManifestError
from bookyflow.plugins.manifest import BrokenFeature, Feature, Scope, read_manifest

ENTRY_POINT_GROUP = "bookyflow.features"


def discover(
    folder: Path, *, beside: Iterable[str] = ()
) -> tuple[tuple[Feature, ...], tuple[BrokenFeature, ...]]:
    """Every feature of the bundled `folder` and of the installed packages; then what was left out.

    `beside` are the other Django apps of the site, whose labels a package must not take. Raises
    ManifestError for a faulty bundled feature. Imports no package.
    """
    accepted = Accepted(beside)
    for path in sorted(folder.glob("*/scopes.json")):
        module = f"{folder.name}.{path.parent.name}"
        accepted.add(read_manifest(path.parent, module=module, bundled=True), path.parent)
    features, broken = resolve_requirements(accepted.features)
    for fault in broken:
        raise ManifestError(f"{fault.module}: {fault.reason}")

    faults: list[BrokenFeature] = []
    for entry in sorted(entry_points(group=ENTRY_POINT_GROUP), key=lambda e: (e.name, e.value)):
        try:
            directory = package_directory(entry)
            accepted.add(read_manifest(directory, module=entry.module, bundled=False), directory)
        except ManifestError as error:
            faults.append(BrokenFeature(entry.value, str(error)))
    features, broken = resolve_requirements(accepted.features)
    return features, (*faults, *broken)


class Accepted:
    """The features found so far; refuses one that clashes with them."""

    def __init__(self, apps: Iterable[str]) -> None:
        self.features: list[Feature] = []
        self._names: dict[str, str] = {}
        self._scopes: dict[str, tuple[Scope, str]] = {}
        self._events: dict[str, str] = {}
        self._labels: dict[str, str] = {label_of_app(app): app for app in apps}

    def add(self, feature: Feature, directory: Path) -> None:
        """Take the feature in, wholly or not at all. Raises ManifestError."""
        label = self._refuse_clashes(feature, directory)
        self.features.append(feature)
        self._events |= dict.fromkeys((one.name for one in feature.events), feature.module)
        self._names[feature.name] = self._labels[label] = feature.module
        for scope in feature.scopes:
            self._scopes.setdefault(scope.name, (scope, feature.module))

    def _refuse_clashes(self, feature: Feature, directory: Path) -> str:
        path = directory / "scopes.json"
        if not any((directory / file).is_file() for file in ("urls.py", "urls/__init__.py")):
            raise ManifestError(f"{directory}: the module urls is missing")
        if feature.name in self._names:
            raise ManifestError(
                f"{path}: name: {feature.name!r} is taken by {self._names[feature.name]}"
            )
        label = app_label(feature.module, directory)
        if label in self._labels:
            raise ManifestError(
                f"{directory / 'apps.py'}: label: {label!r} is taken by {self._labels[label]}"
            )
        for scope in feature.scopes:
            if fault := self._scope_fault(scope, bundled=feature.bundled):
                raise ManifestError(f"{path}: scopes.{scope.name}: {fault}")
        for event in feature.events:
            if owner := self._events.get(event.name):
                raise ManifestError(f"{path}: events.{event.name}: is taken by {owner}")
        return label

    def _scope_fault(self, scope: Scope, *, bundled: bool) -> str:
        level = LEVELS.get(scope.name)
        known, owner = self._scopes.get(scope.name, (scope, ""))
        if scope.name in INCLUDES:
            return "is a broad scope of BookyFlow"
        if level is not None and not bundled:
            return "is a scope of BookyFlow's own: endpoints may use it, no package declares it"
        if level is not None and level != scope.level:
            return f"has level {level}, and no other"
        return f"{owner} declares it differently" if known != scope else ""


def package_directory(entry: EntryPoint) -> Path:
    """Where the package of an entry point lies, found without importing it.

    Only top-level packages: looking for a module inside a package imports the package.
    """
    if not entry.value.isidentifier():
        raise ManifestError(f"entry point {entry.name}: {entry.value!r} is no top-level package")
    try:
        spec = importlib.util.find_spec(entry.value)
    except ValueError:  # __main__ has none
        spec = None
    if spec is None or not spec.submodule_search_locations:
        raise ManifestError(f"entry point {entry.name}: there is no package {entry.value}")
    return Path(next(iter(spec.submodule_search_locations)))


def resolve_requirements(
    features: Iterable[Feature],
) -> tuple[tuple[Feature, ...], tuple[BrokenFeature, ...]]:
    """Set apart the features that require something unknown, set apart, or each other."""
    waiting = list(features)
    names = {feature.name for feature in waiting}
    met: set[str] = set()
    while ready := {
        feature.name
        for feature in waiting
        if feature.name not in met and met.issuperset(feature.requires)
    }:
        met |= ready
    return (
        tuple(feature for feature in waiting if feature.name in met),
        tuple(
            BrokenFeature(feature.module, "; ".join(_unmet(feature, names, met)), feature.name)
            for feature in waiting
            if feature.name not in met
        ),
    )


def _unmet(feature: Feature, names: set[str], met: set[str]) -> Iterator[str]:
    for name in feature.requires:
        if name not in names:
            yield f"requires: there is no feature {name!r}"
        elif name not in met:
            yield f"requires: {name!r} lacks a requirement itself, or the two need each other"


def label_of_app(module: str) -> str:
    """The label of a Django app of the site, which is trusted to be there."""
    package = module.partition(".apps.")[0]  # an entry may name the class in apps.py
    spec = importlib.util.find_spec(package)
    directory = next(iter(spec.submodule_search_locations or ()), "") if spec else ""
    return app_label(package, Path(directory))


def app_label(module: str, directory: Path) -> str:
    """The Django label of the app in `directory`, read from its apps.py as text.

    The last part of the module's name unless a class there sets `label` to a literal.
    """
    default = module.rpartition(".")[2]
    path = directory / "apps.py"
    if not path.is_file():
        return default
    try:
        tree = ast.parse(path.read_text(encoding="utf-8"))
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ManifestError(f"{path}: {type(error).__name__}: {error}") from error
    for node in ast.walk(tree):
        match node:
            case ast.Assign(targets=[ast.Name(id="label")], value=ast.Constant(value=str(label))):
                return label
            case ast.AnnAssign(target=ast.Name(id="label"), value=ast.Constant(value=str(label))):
                return label
    return default
