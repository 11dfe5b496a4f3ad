"""Pictures of a property and of its room types."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from bookyflow.accounts.models import AccessLevel
from bookyflow.core.errors import DomainError
from bookyflow.pictures.images import (
    image_add,
    image_describe,
    image_make_main,
    image_of,
    image_remove,
    image_reorder,
    shown_by,
    urls_of,
)
from bookyflow.pictures.models import LONGEST_ALT_TEXT, Image, name_of
from bookyflow.pictures.putting import pictures_of
from bookyflow.pictures.renditions import LARGEST_FILE
from bookyflow.properties.models import Property
from bookyflow.rooms.selectors import room_types_with_rooms
from bookyflow.web.editing import FormPage, GroupedForm, Question, form_page, question_page
from bookyflow.web.pages import (
    CONTENT_SECURITY_POLICY,
    actor_of,
    form_methods,
    problems_of,
    property_page,
)
from bookyflow.web.saving import saved

MOST_AT_ONCE = 20
OF_PROPERTY = (
    (Image.Kind.MAIN.value, _("Main picture")),
    (Image.Kind.SLIDESHOW.value, _("Slide show")),
)


class Files(forms.ClearableFileInput):
    """Several files of one field."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several pictures, none larger than the limit."""

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[Any]]:
        """The files; a fault names the one that has it."""
        files = [super(FilesField, self).clean(one, initial) for one in data or [None]]
        if len(files) > MOST_AT_ONCE:
            raise forms.ValidationError(gettext("At most %(n)s at once.") % {"n": MOST_AT_ONCE})
        for one in files:
            if one.size > LARGEST_FILE:
                most = {"name": one.name, "n": LARGEST_FILE // 1024**2}
                raise forms.ValidationError(gettext("%(name)s is larger than %(n)s MB.") % most)
        return files


class UploadForm(GroupedForm):
    """Pictures to add, and what they show."""

    shows = forms.ChoiceField(label=_("They show"))
    pictures = FilesField(
        label=_("Pictures"),
        widget=Files(attrs={"accept": "image/jpeg,image/png,image/webp,image/gif"}),
        help_text=_("JPEG, PNG, WebP or GIF, up to 20 MB each."),
    )

    def __init__(self, *args: Any, prop: Property, **options: Any) -> None:
        super().__init__(*args, **options)
        shows: Any = self.fields["shows"]
        kinds = [(f"room_type-{one.pk}", one.name) for one in room_types_with_rooms(prop=prop)]
        shows.choices = [*OF_PROPERTY, *kinds]


class AltTextForm(GroupedForm):
    """A picture in words."""

    alt_text = forms.CharField(
        label=_("What the picture shows"),
        max_length=LONGEST_ALT_TEXT,
        required=False,
        help_text=_("Read out to those who cannot see it."),
    )


@dataclass(frozen=True)
class Shown:
    """A picture as it is listed."""

    image: Image
    url: str
    is_first: bool = False


@property_page(AccessLevel.MANAGER)
@form_methods
def pictures(request: HttpRequest, prop: Property) -> HttpResponse:
    """The pictures by what they show; others are added here."""
    is_sent = request.method == "POST"
    has_main = Image.objects.filter(property=prop, kind=Image.Kind.MAIN).exists()
    form = UploadForm(
        request.POST if is_sent else None,
        request.FILES if is_sent else None,
        prop=prop,
        initial={"shows": OF_PROPERTY[has_main][0]},
    )
    if is_sent and form.is_valid() and _added(request, prop, form):
        return redirect("web:pictures", prop.pk)
    context = {"prop": prop, "tab": "pictures", "form": form, "groups": _groups(prop)}
    return _page(request, "web/property/pictures.html", context, status=form.http_status)


@property_page(AccessLevel.MANAGER)
@form_methods
def picture(request: HttpRequest, prop: Property, image_id: int) -> HttpResponse:
    """Say what a picture shows."""
    image = _image(prop, image_id)
    form = AltTextForm(
        request.POST if request.method == "POST" else None, initial={"alt_text": image.alt_text}
    )
    page = FormPage(
        _("Picture"),
        reverse("web:pictures", args=[prop.pk]),
        _("The picture is described."),
        tabs="web/property/_picture.html",
        tab="pictures",
        context={"prop": prop, "picture": Shown(image, urls_of(image)["medium"])},
        delete=reverse("web:picture_delete", args=[prop.pk, image.pk]),
    )
    by = actor_of(request)
    answer = form_page(
        request,
        form,
        page,
        lambda: image_describe(image=image, alt_text=form.cleaned_data["alt_text"], by=by),
    )
    return _with_policy(answer)


@property_page(AccessLevel.MANAGER)
@form_methods
def picture_remove(request: HttpRequest, prop: Property, image_id: int) -> HttpResponse:
    """Ask, then remove a picture."""
    image = _image(prop, image_id)
    question = Question(
        _("Delete the picture?"),
        [_("Its files are deleted, too. A property without a main picture may not be published.")],
        _("Delete the picture"),
        reverse("web:pictures", args=[prop.pk]),
        _("The picture is deleted."),
        tabs="web/property/_picture.html",
        tab="pictures",
        context={"prop": prop, "picture": Shown(image, urls_of(image)["medium"])},
    )
    by = actor_of(request)
    answer = question_page(request, question, lambda: image_remove(image=image, by=by))
    return _with_policy(answer)


@property_page(AccessLevel.MANAGER)
@require_POST
def picture_first(request: HttpRequest, prop: Property, image_id: int) -> HttpResponse:
    """Make a picture of the slide show the main one."""
    image = _image(prop, image_id)
    by = actor_of(request)
    return _moved(
        request, prop, lambda: image_make_main(image=image, by=by), _("It is the main picture now.")
    )


@property_page(AccessLevel.MANAGER)
@require_POST
def picture_earlier(request: HttpRequest, prop: Property, image_id: int) -> HttpResponse:
    """Show a picture before the one that it comes after."""
    image = _image(prop, image_id)
    alike = [
        one.pk
        for one in pictures_of(property_id=prop.pk, kind=Image.Kind(image.kind)).images
        if one.thing_id() == image.thing_id()
    ]
    at = alike.index(image.pk)
    if at:
        alike[at - 1], alike[at] = alike[at], alike[at - 1]
    by = actor_of(request)
    return _moved(
        request,
        prop,
        lambda: image_reorder(prop=prop, image_ids=alike, by=by),
        _("The picture is shown earlier."),
    )


def _added(request: HttpRequest, prop: Property, form: UploadForm) -> bool:
    kind, _sep, thing = form.cleaned_data["shows"].partition("-")
    files = form.cleaned_data["pictures"]
    shown = shown_by(property_id=prop.pk, kind=Image.Kind(kind), thing_id=int(thing or 0))
    by = actor_of(request)
    added = 0
    for file in files:
        if not saved(
            form,
            lambda file=file: _add(prop, Image.Kind(kind), file, shown, by),  # type: ignore[misc]  # of this turn
        ):
            break
        added += 1
    if added:
        told = ngettext("%(n)s picture is added.", "%(n)s pictures are added.", added)
        messages.success(request, told % {"n": added})
    return added == len(files)


def _add(
    prop: Property, kind: Image.Kind, file: UploadedFile[Any], shown: dict[str, Any], by: Any
) -> None:
    try:
        image_add(prop=prop, kind=kind, file=file, by=by, name=name_of(file.name or ""), **shown)
    except DomainError as error:
        told = f"{file.name}: {' '.join(problems_of(error))}"
        raise DomainError(error.key, told, fields={"pictures": [told]}) from error


def _groups(prop: Property) -> list[tuple[str | Promise, list[Shown]]]:
    names: dict[tuple[str, int], str | Promise] = {(kind, 0): name for kind, name in OF_PROPERTY}
    for one in room_types_with_rooms(prop=prop):
        names[Image.Kind.ROOM_TYPE.value, one.pk] = one.name
    found: dict[tuple[str, int], list[Shown]] = {key: [] for key in names}
    for image in pictures_of(property_id=prop.pk).images:
        those = found.get((image.kind, image.thing_id()))
        if those is not None:
            those.append(Shown(image, urls_of(image)["small"], is_first=not those))
    return [(names[key], those) for key, those in found.items() if those]


def _moved(
    request: HttpRequest, prop: Property, act: Callable[[], None], told: Promise
) -> HttpResponse:
    try:
        act()
        messages.success(request, str(told))
    except DomainError as error:
        for problem in problems_of(error):
            messages.error(request, problem)
    return redirect("web:pictures", prop.pk)


def _image(prop: Property, image_id: int) -> Image:
    try:
        return image_of(property_id=prop.pk, image_id=image_id)
    except DomainError:
        raise Http404 from None


def _page(
    request: HttpRequest, template: str, context: dict[str, Any], *, status: int
) -> HttpResponse:
    return _with_policy(render(request, template, context, status=status))


def _with_policy(answer: HttpResponse) -> HttpResponse:
    """The site's policy, with the host where pictures lie, if that is another one."""
    media = urlsplit(settings.MEDIA_URL)
    if media.netloc:
        answer["Content-Security-Policy"] = CONTENT_SECURITY_POLICY.replace(
            "img-src", f"img-src {media.scheme}://{media.netloc}"
        )
    return answer
