"""A new feature as a package of its own, written from the text files beside this one.

`$name` and the like in them are filled in. Each ends in .txt, so that no tool takes it for code
of BookyFlow.
"""

from __future__ import annotations

from pathlib import Path
from string import Template

from bookyflow.plugins.manifest import NAME, RESERVED_NAMES

TEMPLATES = Path(__file__).parent


def write_feature(name: str, directory: Path) -> Path:
    """Write the package of a new feature into a new folder of `directory`; returns the folder.

    Raises ValueError for a name that no feature can have, FileExistsError when the folder is there.
    """
    if not NAME.fullmatch(name) or name in RESERVED_NAMES:
        raise ValueError(f"{name!r} cannot be the name of a feature: it must match {NAME.pattern}.")
    words = {
        "name": name,
        "package": f"bookyflow_{name}",
        "distribution": f"bookyflow-{name.replace('_', '-')}",
        "title": name.replace("_", " ").capitalize(),
        "prefix": "".join(word.capitalize() for word in name.split("_")),
    }
    words["class_name"] = words["prefix"] + "Feature"
    target = directory / words["distribution"]
    target.mkdir(parents=True)
    for template in sorted(TEMPLATES.rglob("*.txt")):
        relative = template.relative_to(TEMPLATES).with_suffix("").as_posix()
        relative = relative.replace("package/", f"{words['package']}/", 1)
        path = target / relative.replace("test_feature", f"test_{name}")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(Template(template.read_text()).substitute(words))
    return target
