from __future__ import annotations

from datetime import date

from django.conf import settings
from rest_framework.request import Request
from rest_framework.response import Response

from bookyflow.api.views import FeatureViewSet
from bookyflow.ari.jobs import ari_job, ari_job_add
from bookyflow.ari.selectors import ari_digests, ari_read
from bookyflow.ari.services import ari_write
from bookyflow.core.garbage import garbage_later
from features.cmf.ari.serializers import (
    AriDigestsOut,
    AriIn,
    AriJobIn,
    AriJobOut,
    AriOut,
    AriReadOut,
)
from features.cmf.contract import CHANNELS, cmf
from features.cmf.ranges import stay_between

MOST_READ = 366  # nights


class Ari(FeatureViewSet):
    """Availability, rates and inventory in bulk."""

    @cmf(
        body=AriIn,
        returns=AriOut(),
        raises=(
            "rows_refused",
            "property_not_found",
            "tariff_type_not_found",
            "no_tariffs_yet",
            "no_rooms_of_this_type",
            "room_type_incorrect",
            "dates_in_past",
        ),
    )
    def ari_put(self, request: Request) -> Response:
        """Set prices, conditions and rooms to sell for ranges of nights, of several properties.

        Rows are carried out in their order, each whole or not at all, so that later ones win. A
        row is about a rate plan, a room type or both: prices and conditions are the rate plan's,
        or those of all that the room type has, and rooms are counted by room type. What a row does
        not name stays as it is, and so do nights that are over; conditions of a night without a
        price are kept for the time when it has one. `results` has a line for each row, in mode
        `delta` only for those that changed something or were refused. With `atomic` one row that
        is refused undoes all. When none could be carried out the answer is a problem with the
        reason for each under `results`; its key is the reason they share, else `rows_refused`.
        """
        with garbage_later():
            written = ari_write(
                **self.input(AriIn), channel_id=self.channel_id, reach=self.reach, by=self.actor
            )
            return self.reply(written.refuse_if_none())

    @cmf(body=AriJobIn, returns=AriJobOut(), status=202)
    def ari_job_add(self, request: Request) -> Response:
        """Have up to 50,000 rows carried out by and by, as `PUT /cmf/ari` does.

        The answer comes at once, and its `Location` tells how far it is. Rows are carried out in
        their order, some hundred at a time and these for good, each row whole or not at all.
        """
        added = ari_job_add(
            **self.input(AriJobIn), channel_id=self.channel_id, scope=CHANNELS, by=self.actor
        )
        where = f"{settings.API_BASE}/cmf/ari/jobs/{added.job.pk}"
        return self.reply(added, headers={"Location": where})

    @cmf(returns=AriJobOut(), raises=("job_not_found",))
    def ari_job(self, request: Request, job_uid: int) -> Response:
        """Read how far a job of the channel is, and what became of the rows that are done.

        Results are told as `PUT /cmf/ari` tells them in the job's mode. Jobs are kept for 30 days.
        """
        return self.reply(ari_job(job_id=job_uid, channel_id=self.channel_id))

    @cmf(returns=AriReadOut(), replica=True)
    def ari_get(
        self, request: Request, property_uid: int, start_date: date, end_date: date
    ) -> Response:
        """Read what was said of the nights from `start_date` to `end_date`, both included.

        Of every rate plan and room type, the fields that `PUT /cmf/ari` takes, for 366 nights at
        most. Nights that nothing was said of are left out: they have no price and no limit.
        """
        stay = stay_between(start_date, end_date, most=MOST_READ)
        return self.reply(ari_read(prop=self.prop, first=stay.arrival, last=stay.last_night))

    @cmf(returns=AriDigestsOut())
    def ari_digest(
        self, request: Request, property_uid: int, start_date: date, end_date: date
    ) -> Response:
        """Read digests of rates and rooms to sell, by rate plan, room type and month.

        Of the nights from `start_date` to `end_date`, both included. Whoever keeps a copy makes
        the same of it and finds where the two differ without reading everything;
        docs/channel_ari.md has the recipe and an example in Python. A rate plan has none in a
        month without a price, a room type none in a month without a limit or a stop.
        """
        stay = stay_between(start_date, end_date)
        return self.reply(ari_digests(prop=self.prop, first=stay.arrival, last=stay.last_night))
