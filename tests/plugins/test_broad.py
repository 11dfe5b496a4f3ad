from __future__ import annotations

import pytest

from bookyflow.plugins.broad import BROAD, INCLUDES, expand

READ = {
    "content_get",
    "tariffs_get",
    "bookings_get",
    "guests_get",
    "invoices_get",
    "statistics_get",
}
WRITE = {"bookings_set", "guests_set", "desk_set", "content_set", "tariffs_set", "invoices_set"}


@pytest.mark.parametrize(
    ("scopes", "expanded"),
    [
        ([], set()),
        (["guests_get"], {"guests_get"}),
        (["properties_get"], READ | {"properties_get"}),
        (["properties_set", "echo_get"], WRITE | {"properties_set", "echo_get"}),
        (["properties_get", "properties_set"], READ | WRITE | {"properties_get", "properties_set"}),
    ],
)
def test_expands_broad_scopes(scopes, expanded):
    assert expand(scopes) == expanded


def test_writing_does_not_include_reading():
    assert expand(["properties_set"]).isdisjoint(expand(["properties_get"]))


def test_every_broad_scope_is_described():
    assert BROAD.keys() == INCLUDES.keys()
    assert {(scope.level, scope.category) for scope in BROAD.values()} == {(50, "properties")}


def test_the_table_cannot_be_changed():
    with pytest.raises(TypeError):
        INCLUDES["properties_get"] = frozenset({"cmf_admin"})  # type: ignore[index]
