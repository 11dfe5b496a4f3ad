from __future__ import annotations

STRIPE = {
    "active": "1",
    "secret_key": "sk_test_bookyflow",
    "webhook_secret": "whsec_bookyflow_stand_in",
}
