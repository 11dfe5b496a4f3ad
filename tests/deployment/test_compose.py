"""What compose.yaml puts in front of the site."""

from __future__ import annotations

import yaml

from tests.deployment.proxy import SHIPPED

ROOT = SHIPPED.parents[1]


def test_only_the_proxy_can_be_reached_from_outside():
    services = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]

    assert [name for name, service in services.items() if "ports" in service] == ["proxy"]
    assert services["proxy"]["volumes"] == [
        f"./{SHIPPED.relative_to(ROOT)}:/etc/nginx/conf.d/default.conf:ro"
    ]
    assert "server web:8000;" in SHIPPED.read_text()
    assert services["web"]["expose"] == ["8000"]
