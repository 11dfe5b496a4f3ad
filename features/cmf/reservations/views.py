from __future__ import annotations

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from bookyflow.api.views import FeatureViewSet
from bookyflow.channels.modifying import reservations_modify
from bookyflow.channels.reservations import reservations_add, reservations_cancel
from bookyflow.channels.revisions import (
    RevisionPage,
    revision_list,
    revisions_acknowledge,
)
from features.cmf.contract import cmf
from features.cmf.reservations.serializers import (
    AcknowledgedOut,
    AcknowledgeIn,
    CancelIn,
    CancelledOut,
    ModifiedIn,
    ModifiedOut,
    ReservationsIn,
    ReservationsOut,
    RevisionOut,
    RevisionQuery,
)


def next_revisions(request: Request, page: RevisionPage) -> dict[str, str]:
    """The header that leads to the next page; none on the last one."""
    if not page.has_more:
        return {}
    last = str(page.revisions[-1].number)
    url = replace_query_param(request.get_full_path(), "after", last)
    return {"Link": f'<{url}>; rel="next"'}


class Reservations(FeatureViewSet):
    """Reservations made on the channel."""

    @cmf(
        body=ReservationsIn,
        returns=ReservationsOut(),
        raises=(
            "reservations_refused",
            "no_room_available",
            "stop_sell",
            "reservation_differs",
            "reservation_cancelled",
            "dates_in_past",
        ),
        commits_each=True,
    )
    def put_reservations_add(self, request: Request) -> Response:
        """Bring in reservations that were made on the channel.

        Each is booked with all of its stays and rooms or not at all, and for good before the next
        one begins; one that fails does not stop the others. A call takes 300 stays at most. Sent
        again with the same content, a reservation answers with the bookings it has, so a call that
        was cut off is simply repeated; `reservation_differs` means that the content is another: see
        `reservations/modify`. One that you have cancelled is booked anew; where only the property
        has ended it, it is `reservation_cancelled` until you cancel it.
        `busy` means that others were at work on the property for too long. When none succeeds the
        answer is a problem with the reason for each under `results`; its key is the reason they
        share, such as `no_room_available` or `validation_failed`, else `reservations_refused`.
        """
        outcomes = reservations_add(
            reservations=self.input(ReservationsIn),
            channel_id=self.channel_id,
            reach=self.reach,
            by=self.actor,
            each=self.steps,
        )
        outcomes.refuse_if_none("reservations_refused")
        return self.reply(outcomes)

    @cmf(
        body=ModifiedIn,
        returns=ModifiedOut(),
        raises=(
            "modifications_refused",
            "booking_state",
            "no_room_available",
            "stop_sell",
            "reservation_cancelled",
            "refund_exceeds_paid",
            "dates_in_past",
        ),
        commits_each=True,
    )
    def put_reservations_modify(self, request: Request) -> Response:
        """Change reservations that were brought in: each is sent as a whole, as it is now.

        A stay is known by its `stay_id`. Without ids those are the same that say the same, then
        those on the same nights, then the next ones in the order of arrival at the property. Stays
        that are left out are cancelled, and new ones are booked. A stay that goes on keeps its
        booking, what staff have sold beside the rooms, and its rooms where they do; nights that are
        new must be for sale. `channel_price` is its price from now on, in the currency of the
        booking; without `already_paid` what is paid stays as it is, else the difference is entered
        as paid, or given back, by the channel. What is empty or missing of the guest stays as it
        is known.

        Each is changed for good before the next one begins, or stays whole as it was. Sent again
        with the same content, a reservation answers with its bookings and nothing changes. When
        none can be changed the answer is a problem as for `reservations/add`, its key the reason
        they share or `modifications_refused`.
        """
        outcomes = reservations_modify(
            reservations=self.input(ModifiedIn),
            channel_id=self.channel_id,
            reach=self.reach,
            by=self.actor,
            each=self.steps,
        )
        outcomes.refuse_if_none("modifications_refused")
        return self.reply(outcomes)

    @cmf(
        body=CancelIn,
        returns=CancelledOut(),
        raises=("cancellations_refused", "booking_state"),
        commits_each=True,
    )
    def put_reservations_cancel(self, request: Request) -> Response:
        """Cancel the bookings of reservations, by the channel's own ids.

        All stays of a reservation are cancelled, for good before the next one begins; under
        `stays` only those that are named, while the others go on. Cancelling again changes nothing
        and succeeds, and what is cancelled may be added again. When none can be cancelled the
        answer is the problem `cancellations_refused`, with `booking_not_found` or `booking_state`
        for each under `results`.
        """
        outcomes = reservations_cancel(
            cancellations=self.input(CancelIn),
            channel_id=self.channel_id,
            reach=self.reach,
            by=self.actor,
            each=self.steps,
        )
        outcomes.refuse_if_none("cancellations_refused")
        return self.reply(outcomes)


class Revisions(FeatureViewSet):
    """What happens to bookings, until the channel has it."""

    @cmf(query=RevisionQuery, returns=RevisionOut(many=True), linked=True)
    def reservations_revisions(self, request: Request) -> Response:
        """List what happened to the bookings of the properties that are linked to the channel.

        Each time a booking is made, changed, paid or ended, by whomever, there is a revision with
        the whole booking as it is by now. So whoever takes over one after the other, in the order
        of their numbers, has a true copy; a booking whose `version` is no higher than that of the
        copy tells nothing new. Nothing is missed or moved: a number appears once everything that
        began before it has ended. Revisions are kept for 90 days.

        Acknowledge what you have taken over: without `after` the list begins with what you have
        not, so that a copy goes on by itself after a crash. `age` tells for how long a revision has
        waited; once a channel has acknowledged any, what waits for too long is told to the
        property by the event `revision_unacknowledged`. Where there is more than `limit`, `Link`
        with `rel="next"` leads on. Who the guest is needs the scope guests_get as well.
        """
        page = revision_list(channel_id=self.channel_id, reach=self.reach, **self.query)
        return self.reply(page.revisions, headers=next_revisions(request, page))

    @cmf(body=AcknowledgeIn, returns=AcknowledgedOut())
    def post_reservations_revisions_ack(self, request: Request) -> Response:
        """Say which revisions you have taken over, in any order and as often as you like."""
        done = revisions_acknowledge(channel_id=self.channel_id, reach=self.reach, **self.body)
        return self.reply(done)
