from __future__ import annotations

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from bookyflow.api.views import FeatureViewSet
from bookyflow.channels.change_log import ChangeLogPage, change_log, oldest
from bookyflow.channels.selectors import logged_through
from features.cmf.changes.serializers import ChangeOut, ChangeQuery
from features.cmf.contract import cmf


def next_link(request: Request, page: ChangeLogPage) -> dict[str, str]:
    """The header that leads to the next page; none on the last one."""
    if page.next_cursor is None:
        return {}
    url = replace_query_param(request.build_absolute_uri(), "cursor", page.next_cursor)
    return {"Link": f'<{url}>; rel="next"'}


class Changes(FeatureViewSet):
    """What happened, for channels that keep copies."""

    @cmf(query=ChangeQuery, returns=ChangeOut(many=True))
    def property_change_log(self, request: Request, property_uid: int) -> Response:
        """List what happened to a property in the last two weeks, oldest first.

        Nothing is missed or moved: an entry appears once everything that began before it has
        ended. Where there is more than `limit`, `Link` with `rel="next"` leads on.
        """
        page = change_log(property_ids=[property_uid], channel_id=self.channel_id, **self.query)
        return self.reply(page.changes, headers=next_link(request, page))

    @cmf(
        query=ChangeQuery,
        returns=serializers.DictField(child=ChangeOut(many=True), help_text="By property id."),
    )
    def properties_change_logs(self, request: Request) -> Response:
        """List what happened in the last two weeks to all properties the channel works with.

        Grouped by property, oldest first in each; properties without entries are missing. `limit`
        counts entries of all of them together, and the next page goes on where this one ends. A
        property that was deleted is among them for two weeks, with its end.
        """
        found = logged_through(reach=self.reach, channel=self.channel_id, since=oldest())
        ids = found.values_list("pk", flat=True)
        page = change_log(property_ids=ids, channel_id=self.channel_id, **self.query)
        return self.reply(page.by_property, headers=next_link(request, page))
