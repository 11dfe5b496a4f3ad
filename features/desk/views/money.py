from __future__ import annotations

from rest_framework.request import Request
from rest_framework.response import Response

from bookyflow.billing.payments import (
    deposit_save,
    payment_record,
    payment_refund,
    payment_reverse,
)
from bookyflow.reservations.folio_charges import service_add, service_remove
from bookyflow.reservations.security_deposits import security_receive, security_settle
from features.desk.contract import FOUND, work
from features.desk.serializers.money import (
    ChargeIn,
    ChargeOut,
    DepositIn,
    PaymentIn,
    PaymentOut,
    ReferenceIn,
    SecurityReturnIn,
)
from features.desk.views.base import DeskView


class Charges(DeskView):
    """What is charged to a booking beside the price of the stay."""

    @work(key="charge", body=ChargeIn, returns=ChargeOut(), status=201)
    def add_charge(self, request: Request, property_uid: int, contract_uid: int) -> Response:
        """Charge something to a booking, such as a bottle of wine, also after check-out."""
        return self.priced(service_add(**self.here, **self.body))

    @work(raises=(*FOUND, "service_not_found"))
    def remove_charge(
        self, request: Request, property_uid: int, contract_uid: int, line_uid: int
    ) -> Response:
        """Take a charge back. One on an invoice is taken back by a line of its own."""
        service_remove(**self.here, line_id=line_uid)
        return self.booking()


class Payments(DeskView):
    """Money that is received for a booking and given back; entries are never changed."""

    @work(key="payment", body=PaymentIn, returns=PaymentOut(), status=201)
    def record_payment(self, request: Request, property_uid: int, contract_uid: int) -> Response:
        """Record money that was received for a booking, also after it has ended.

        What comes beyond the total is owed to the guest: the balance is negative then.
        A provisional booking whose deposit is complete with it is confirmed, and the booking's
        invoices are paid with it, the oldest first.
        """
        return self.priced(payment_record(**self.here, **self.body))

    @work(
        key="payment",
        body=PaymentIn,
        returns=PaymentOut(),
        status=201,
        raises=(*FOUND, "refund_exceeds_paid"),
    )
    def record_refund(self, request: Request, property_uid: int, contract_uid: int) -> Response:
        """Record money that was given back to the guest, at most what was paid."""
        return self.priced(payment_refund(**self.here, **self.body))

    @work(
        key="payment",
        body=ReferenceIn,
        returns=PaymentOut(),
        status=201,
        raises=("payment_not_found", "payment_already_reversed", "refund_exceeds_paid"),
    )
    def reverse_payment(
        self, request: Request, property_uid: int, contract_uid: int, payment_uid: int
    ) -> Response:
        """Take back a payment or refund that was entered in error, once.

        A confirmed booking whose deposit is no longer complete is provisional again.
        """
        return self.priced(payment_reverse(**self.here, payment_id=payment_uid, **self.body))


class Deposits(DeskView):
    """What is due in advance, and what is left as security."""

    @work(body=DepositIn)
    def receive_deposit(self, request: Request, property_uid: int, contract_uid: int) -> Response:
        """Record that the deposit has come in: a payment of what is missing of it.

        Nothing is recorded when nothing is missing.
        """
        deposit_save(**self.here, **{"reference": "", **self.body})
        return self.booking()

    @work()
    def receive_security(self, request: Request, property_uid: int, contract_uid: int) -> Response:
        """Record that the security deposit was left. It is in no total, and no payment."""
        security_receive(**self.here)
        return self.booking()

    @work(body=SecurityReturnIn)
    def return_security(self, request: Request, property_uid: int, contract_uid: int) -> Response:
        """Give the security deposit back, but for what the property keeps, for a reason."""
        security_settle(**self.here, **self.body)
        return self.booking()
