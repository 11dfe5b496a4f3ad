"""Pages that are one form, and pages that ask before something is done for good."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.forms import BoundField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise

from bookyflow.core.errors import DomainError
from bookyflow.web.fields import MoneyField
from bookyflow.web.forms import PageForm
from bookyflow.web.pages import problems_of
from bookyflow.web.saving import refusal_of, saved

Text = str | Promise


@dataclass(frozen=True)
class FormPage:
    """What stands around a form, where it leads, and what is said when it is done.

    `tabs` is the template of the area's tabs, `delete` the address of the page that asks whether
    to delete what is edited.
    """

    title: Text
    back: str
    done: Text
    tabs: str
    tab: str
    context: dict[str, Any] = field(default_factory=dict)
    lead: Text = ""
    submit: Text = ""
    delete: str = ""


@dataclass(frozen=True)
class Question:
    """What is asked before something cannot be undone, with what it means."""

    title: Text
    means: Sequence[Text]
    submit: Text
    back: str
    done: Text
    tabs: str
    tab: str
    context: dict[str, Any] = field(default_factory=dict)


class GroupedForm(PageForm):
    """A form whose fields stand in groups: `groups` has their titles and names.

    `named_by_service` has the fields by the names that the service's refusals use for them.
    """

    groups: Sequence[tuple[Text, Sequence[str]]] = ()
    named_by_service: Mapping[str, str] = MappingProxyType({})

    @property
    def grouped(self) -> Iterable[tuple[Text, list[BoundField]]]:
        """The groups with their fields; all fields in one group without a title, else."""
        groups = self.groups or [("", list(self.fields))]
        for title, names in groups:
            found = [self[name] for name in names if name in self.fields]
            if found:
                yield title, found

    @property
    def has_amounts(self) -> bool:
        """Whether it asks for money, so that the page says in which currency."""
        return any(isinstance(one, MoneyField) for one in self.fields.values())


def posted(request: HttpRequest) -> Any:
    """What a form is bound to: what was sent, or nothing yet."""
    return request.POST if request.method == "POST" else None


def form_page(
    request: HttpRequest, form: GroupedForm, page: FormPage, save: Callable[[], object]
) -> HttpResponse:
    """Show a form, or do what it is for, and go back."""
    if request.method == "POST" and form.is_valid() and _saved(form, save):
        messages.success(request, str(page.done))
        return redirect(page.back)
    context = {"form": form, "page": page, "tab": page.tab} | page.context
    return render(request, "web/form_page.html", context, status=form.http_status)


def _saved(form: GroupedForm, save: Callable[[], object]) -> bool:
    return saved(form, save, fields=form.named_by_service)


def question_page(
    request: HttpRequest, question: Question, act: Callable[[], object]
) -> HttpResponse:
    """Ask, or do it, and go back; a refusal is told on the page."""
    context = {"page": question, "tab": question.tab} | question.context
    if request.method != "POST":
        return render(request, "web/question_page.html", context)
    try:
        act()
    except (DomainError, ValidationError, IntegrityError) as error:
        refused = refusal_of(error)
        context["problems"] = problems_of(refused)
        return render(request, "web/question_page.html", context, status=refused.kind.status)
    messages.success(request, str(question.done))
    return redirect(question.back)
