from __future__ import annotations

from rest_framework.request import Request
from rest_framework.response import Response

from bookyflow.reservations.notes import note_delete, note_save
from bookyflow.reservations.selectors import note_list
from features.desk.contract import FOUND, read, work
from features.desk.serializers.bookings import BookedNoteOut, SavedNoteOut
from features.desk.serializers.notes import NoteIn
from features.desk.views.base import DeskView

NOTE = (*FOUND, "note_not_found")


class Notes(DeskView):
    """What staff keep with a booking."""

    @read(key="notes", returns=BookedNoteOut(many=True))
    def list_notes(self, request: Request, property_uid: int, contract_uid: int) -> Response:
        """List the notes on a booking, oldest first."""
        return self.reply(note_list(**self.place))

    @work(key="note", body=NoteIn, returns=SavedNoteOut(), status=201, raises=FOUND)
    def add_note(self, request: Request, property_uid: int, contract_uid: int) -> Response:
        """Add a note to a booking. Guests do not see it."""
        return self.reply(note_save(**self.here, **self.body))

    @work(key="note", body=NoteIn, returns=SavedNoteOut(), raises=NOTE)
    def update_note(
        self, request: Request, property_uid: int, contract_uid: int, note_uid: int
    ) -> Response:
        """Put another text in the place of a note."""
        return self.reply(note_save(**self.here, note_id=note_uid, **self.body))

    @work(key="notes", returns=BookedNoteOut(many=True), raises=NOTE)
    def delete_note(
        self, request: Request, property_uid: int, contract_uid: int, note_uid: int
    ) -> Response:
        """Remove a note; answers with those that are left."""
        note_delete(**self.here, note_id=note_uid)
        return self.reply(note_list(**self.place))
