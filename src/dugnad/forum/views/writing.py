"""Pages for writing: a new thread, a reply, changing and deleting. Each form works without JavaScript and never loses text."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from dugnad.forum import actions, policies, queries
from dugnad.forum.forms import EditPostForm, FactsForm, NewThreadForm, PostForm, facts_initial, kind_named
from dugnad.forum.kinds import KINDS
from dugnad.forum.later import clock_words
from dugnad.forum.limits import slow_down
from dugnad.forum.models import Category, Thread
from dugnad.forum.poll_forms import PollForm
from dugnad.forum.polls import Asked
from dugnad.forum.uploads import keep_upload, told, with_upload
from dugnad.forum.views.found import (
    find_category,
    find_post,
    find_thread,
    gives_text_back,
    refused,
    say,
    sign_in_first,
)
from dugnad.forum.views.living import both_texts
from dugnad.forum.views.reading import thread_context
from dugnad.forum.views.scheduling import schedule_instead
from dugnad.forum.writing import write
from dugnad.kernel.audience import readers_of
from dugnad.kernel.limits import TooMuch
from dugnad.kernel.policies import Refused
from dugnad.kernel.text import excerpt, quote
from dugnad.kernel.uploads import UploadRefused
from dugnad.people.drafts.queries import with_draft

WRONG = 422


class Editor:
    """What the buttons beside a text do: add files, show a preview, or go on to publish."""

    def __init__(self, request: HttpRequest, form: Any) -> None:
        self.request, self.form = request, form
        self.preview: SafeString | None = None
        self.too_much = False

    def ready(self) -> bool:
        """True when the text is to be published now. Otherwise the page is shown again, with what was asked for."""
        if not self.form.is_valid():
            return False
        if self.form.cleaned_data.get("upload") and not self._add_uploads():
            return False
        if "preview" in self.request.POST or "add_upload" in self.request.POST:
            self.preview = self._rendered() if self.in_time("preview") else None
            return False
        return True

    def in_time(self, what: str) -> bool:
        """False when `what` came too often: the form then says how long to wait and keeps the text."""
        try:
            slow_down(self.request, what)
        except TooMuch as wait:
            self.form.add_error(None, str(wait))
            self.too_much = True
        return not self.too_much

    def _add_uploads(self) -> bool:
        """Every file that can be taken comes into the text; the first that cannot says why, and the rest is kept."""
        text, description = self.form.cleaned_data["text"], self.form.cleaned_data["upload_description"]
        refusal = ""
        for upload in self.form.cleaned_data["upload"]:
            if not self.in_time("upload"):
                break
            try:
                text = with_upload(text, keep_upload(upload, description, by=self.request.person))
            except UploadRefused as refused:
                refusal = refusal or self._refusal(upload, refused)
        self._put_text(text, "" if not refusal else description)
        if refusal:
            self.form.add_error("upload", refusal)
        return not self.form.errors

    def _refusal(self, upload: Any, refused: UploadRefused) -> str:
        if len(self.form.cleaned_data["upload"]) == 1:
            return str(refused.sentence)
        return _("“{name}”: {sentence}").format(name=upload.name, sentence=refused.sentence)

    def _put_text(self, text: str, description: str) -> None:
        self.form.cleaned_data["text"] = text.rstrip()
        data = self.form.data.copy()
        data["text"], data["upload_description"] = text, description
        self.form.data = data

    def _rendered(self) -> SafeString | None:
        try:
            html = write(self.form.cleaned_data["text"], self.request.person).rendered.html
            return told(html, self.request.viewer.language)
        except Refused as refused:
            self.form.add_error("text", refused.reason)
            return None

    def status(self) -> int:
        return TooMuch.status if self.too_much else WRONG if self.form.errors else 200


@require_safe
def new_anywhere(request: HttpRequest) -> HttpResponse:
    """Start a thread: first where. `from` names the thread that it grows out of, `group` the group that it is for."""
    if away := sign_in_first(request):
        return away
    kind = kind_named(request.GET.get("kind"))
    places = [
        c for c in queries.categories_open(request.viewer) if policies.can_start_thread(request.viewer, c, kind.name)
    ]
    of_group = [c for c in places if c.group and c.group.slug == request.GET.get("group")]
    if len(of_group) == 1:
        return HttpResponseRedirect(reverse("start_thread", args=[of_group[0].slug]))
    places = of_group or places
    shown = {
        "places": [
            (c, c.said("name", request.viewer.language), c.said("purpose", request.viewer.language)) for c in places
        ],
        "kind": kind,
        "from": request.GET.get("from", "") if request.GET.get("from", "").isdigit() else "",
    }
    return render(request, "forum/new_anywhere.html", shown)


@gives_text_back
def start_thread(request: HttpRequest, slug: str) -> HttpResponse:
    """Start a thread of a kind in a category."""
    category = find_category(request, slug)
    if away := sign_in_first(request):
        return away
    kind = kind_named(request.POST.get("kind") or request.GET.get("kind"))
    verdict = policies.can_start_thread(request.viewer, category, kind.name)
    if not verdict:
        return refused(request, verdict)
    before = _grown_from(request)
    initial = with_draft(request, {"language": request.person.language})
    form = NewThreadForm(kind, request.POST or None, request.FILES or None, initial=initial)
    editor = Editor(request, form)
    poll_form = PollForm(request.POST or None, prefix="poll", required=False)
    ready = request.method == "POST" and editor.ready() and poll_form.is_valid() and _no_poll_waits(form, poll_form)
    if ready and editor.in_time("thread"):
        if form.due_at:
            return schedule_instead(request, form, category=category, grew_out_of=before)
        thread = _start(request, category, form, before, poll_form.asked())
        say(request, _("Your thread is here. You are told when somebody replies."))
        return HttpResponseRedirect(thread.url)
    kinds = [k for k in KINDS.values() if policies.can_start_thread(request.viewer, category, k.name)]
    shown = {
        "category": category,
        "category_name": category.said("name", request.viewer.language),
        "kind": kind,
        "kinds": kinds,
        "form": form,
        "poll_form": poll_form,
        "preview": editor.preview,
        "clock": clock_words(),
        "readers": readers_of(category.audience, request.viewer),
        "grows_from": before,
    }
    return render(request, "forum/start_thread.html", shown, status=WRONG if poll_form.errors else editor.status())


def _no_poll_waits(form: NewThreadForm, poll_form: PollForm) -> bool:
    """Polls are made when their thread is published; one for later says how it is done."""
    if form.due_at and poll_form.asked():
        form.add_error(
            "later_day", _("A poll cannot wait. Publish the thread now, or plan it and add the poll afterwards.")
        )
        return False
    return True


def _start(
    request: HttpRequest, category: Category, form: NewThreadForm, before: Thread | None, poll: Asked | None
) -> Thread:
    values = form.cleaned_data
    return actions.start_thread(
        category,
        form.kind.name,
        values["title"],
        values["text"],
        by=request.person,
        language=values["language"],
        fields=form.facts(),
        grew_out_of=before,
        form_key=values["form_key"] or None,
        poll=poll,
        living=values["living"],
    )


def _grown_from(request: HttpRequest) -> Thread | None:
    number = request.POST.get("from") or request.GET.get("from", "")
    return (
        queries.thread_by_id(int(number), request.viewer)
        if number.isascii() and number.isdigit() and len(number) < 18
        else None
    )


@gives_text_back
def add_post(request: HttpRequest, thread_id: int) -> HttpResponse:
    """Reply in a thread; `quote` names the number of the post to quote."""
    thread = find_thread(request, thread_id)
    if away := sign_in_first(request):
        return away
    verdict = policies.can_add_post(request.viewer, thread)
    if not verdict:
        return refused(request, verdict)
    initial = with_draft(request, {"language": request.person.language, "text": _quoted(request, thread)})
    form = PostForm(request.POST or None, request.FILES or None, initial=initial)
    editor = Editor(request, form)
    if request.method == "POST" and editor.ready() and editor.in_time("post"):
        if form.due_at:
            return schedule_instead(request, form, thread=thread)
        values = form.cleaned_data
        post = actions.add_post(
            thread, values["text"], by=request.person, language=values["language"], form_key=values["form_key"] or None
        )
        return HttpResponseRedirect(post.url)
    page = queries.thread_page(thread, request.viewer, max(1, thread.last_number - 2))
    shown = thread_context(request, thread, page) | {
        "form": form,
        "preview": editor.preview,
        "clock": clock_words(),
    }
    return render(request, "forum/reply.html", shown, status=editor.status())


def _quoted(request: HttpRequest, thread: Thread) -> str:
    number = request.GET.get("quote", "")
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        return ""
    post = queries.post_by_number(thread.pk, int(number), request.viewer)
    if post is None or post.deleted_at or post.hidden_at or not post.source:
        return ""
    name = post.author.name if post.author else _("a former member")
    return quote(
        excerpt(post.source, 1200) if len(post.source) > 1200 else post.source, name, post.url, request.viewer.language
    )


@gives_text_back
def edit_post(request: HttpRequest, thread_id: int, number: int) -> HttpResponse:
    """Change one's own post. Of two who change it at once, the second sees both texts and loses none."""
    post = find_post(request, thread_id, number)
    if away := sign_in_first(request):
        return away
    verdict = policies.can_edit_post(request.viewer, post)
    if not verdict:
        return refused(request, verdict)
    initial = {"text": post.source, "language": post.language, "seen_edits": post.edits}
    form = EditPostForm(request.POST or None, request.FILES or None, initial=with_draft(request, initial))
    editor = Editor(request, form)
    other, both = None, {}
    if request.method == "POST" and editor.ready() and editor.in_time("post"):
        values = form.cleaned_data
        try:
            actions.edit_post(
                post, values["text"], by=request.person, seen_edits=values["seen_edits"],
                language=values["language"], reason=values["reason"],
            )  # fmt: skip
        except actions.EditedMeanwhile as meanwhile:
            other = meanwhile.post
            both = both_texts(other, values["text"], values["seen_edits"])
            form.data = {**request.POST.dict(), "seen_edits": other.edits}
            if both["together"] is not None:
                form.data["text"] = both["together"]
        else:
            say(request, _("Your change is saved. The earlier text is under “changed”."))
            return HttpResponseRedirect(post.url)
    shown = {
        "post": post, "thread": post.thread, "form": form, "preview": editor.preview, "other": other,
        "both": both, "own": post.author_id == request.viewer.person_id,
        "readers": readers_of(post.audience, request.viewer),
    }  # fmt: skip
    return render(request, "forum/edit_post.html", shown, status=409 if other else editor.status())


def delete_post(request: HttpRequest, thread_id: int, number: int) -> HttpResponse:
    """Delete one's own post, after a page that says what will be gone."""
    post = find_post(request, thread_id, number)
    if away := sign_in_first(request):
        return away
    verdict = policies.can_delete_post(request.viewer, post)
    if not verdict:
        return refused(request, verdict)
    if request.method == "POST":
        actions.delete_post(post, by=request.person)
        say(request, _("The post is deleted for everyone."))
        return HttpResponseRedirect(post.thread.url)
    return render(request, "forum/delete_post.html", {"post": post, "thread": post.thread})


@gives_text_back
def edit_thread(request: HttpRequest, thread_id: int) -> HttpResponse:
    """Change the title and the facts of a thread."""
    thread = find_thread(request, thread_id)
    if away := sign_in_first(request):
        return away
    verdict = policies.can_edit_thread(request.viewer, thread)
    if not verdict:
        return refused(request, verdict)
    initial = {"title": thread.title, "language": thread.language, **facts_initial(thread.fields)}
    form = FactsForm(KINDS[thread.kind], request.POST or None, initial=with_draft(request, initial))
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        thread = actions.edit_thread(
            thread, by=request.person, title=values["title"], fields=form.facts(), language=values["language"]
        )
        say(request, _("Saved."))
        return HttpResponseRedirect(thread.url)
    shown = {
        "thread": thread,
        "form": form,
        "kind": KINDS[thread.kind],
        "readers": readers_of(thread.audience, request.viewer),
    }
    return render(request, "forum/edit_thread.html", shown, status=WRONG if form.errors else 200)
