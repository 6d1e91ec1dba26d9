"""Pages for reading: the tree, a category, a thread, how a post read before."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from dugnad.forum import actions, policies, queries
from dugnad.forum.facts import thread_facts
from dugnad.forum.kinds import KINDS
from dugnad.forum.models import Thread
from dugnad.forum.poll_pieces import put_polls
from dugnad.forum.queries.categories import attention_to, categories_of_my_groups
from dugnad.forum.queries.lists import PAGE, list_of, newest_threads, page_of, threads_listed
from dugnad.forum.reply_form import reply_form
from dugnad.forum.views.found import find_category, find_post, find_thread, sign_in_first
from dugnad.forum.ways import thread_notes, thread_ways
from dugnad.kernel.audience import readers_of
from dugnad.kernel.away import reading_goes_on
from dugnad.kernel.live.bus import position
from dugnad.kernel.templatetags.house import readers_html
from dugnad.notices.middleware import thread_was_read
from dugnad.people.models import Person


@require_safe
def forum(request: HttpRequest) -> HttpResponse:
    """All categories that the viewer sees, and the newest threads across them."""
    viewer, before, languages = request.viewer, _number(request, "before"), _languages(request)
    if languages:
        newest = list_of(threads_listed(viewer, languages=languages, before=before), viewer, newest=True)
    else:
        newest = page_of(newest_threads(viewer, PAGE + 1, before=before), viewer, newest=True)
    shown = {
        "tree": queries.categories_of_tree(viewer),
        "closed": queries.closed_categories(viewer),
        "mine": categories_of_my_groups(viewer),
        "threads": newest,
        "can_arrange": policies.can_create_category(viewer),
        "my_languages": bool(_languages(request)),
        "kinds": list(KINDS.values()),
        "query": "languages=mine" if _languages(request) else "",
    }
    return render(request, "forum/forum.html", shown)


def _number(request: HttpRequest, name: str) -> int:
    value = request.GET.get(name, "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 18 else 0


def _languages(request: HttpRequest) -> list[str]:
    """The languages to show: those the person reads, when they asked for only these."""
    if request.GET.get("languages") != "mine":
        return []
    person = request.person
    return list(person.reads or [person.language]) if person else [request.viewer.language]


@require_safe
def category(request: HttpRequest, slug: str) -> HttpResponse:
    """A category: its purpose, who can read it, its threads."""
    found, viewer = find_category(request, slug), request.viewer
    live_at = position(f"category:{found.pk}")
    kind, before = request.GET.get("kind", ""), _number(request, "before")
    kind = kind if kind in KINDS else ""
    shown: dict[str, Any] = {
        "category": found,
        "name": found.said("name", viewer.language),
        "purpose": found.said("purpose", viewer.language),
        "readers": readers_of(found.audience, viewer),
        "parent": found.parent if found.parent and policies.can_see(viewer, found.parent) else None,
        "children": _children(request, found),
        "kinds": list(KINDS.values()),
        "kind": kind,
        "query": urlencode([(name, request.GET[name]) for name in ("kind", "languages") if request.GET.get(name)]),
        "start_url": reverse("start_thread", args=[found.slug]),
        "follow_url": reverse("follow_category", args=[found.slug]),
        "attention": attention_to(found, viewer),
        "live_at": live_at,
        "pinned": queries.pinned_threads(found, viewer) if not before and not kind else [],
        "can_start": policies.can_start_thread(viewer, found),
        "can_arrange": policies.can_edit_category(viewer, found),
        "my_languages": bool(_languages(request)),
        "unread_only": False,
    }
    if request.GET.get("show") == "unread" and request.person:
        shown["unread_rows"] = queries.new_threads_for(viewer, category=found, most=50)
        shown["unread_only"] = True
    else:
        shown["threads"] = queries.threads_in_category(
            found, viewer, kind=kind, languages=_languages(request), before=before
        )
    return render(request, "forum/category.html", shown)


def _children(request: HttpRequest, found: Any) -> list[Any]:
    tree = queries.categories_of_tree(request.viewer, group_id=found.group_id)
    stack = list(tree)
    while stack:
        branch = stack.pop()
        if branch.category.pk == found.pk:
            return branch.children
        stack.extend(branch.children)
    return []


@require_safe
def thread(request: HttpRequest, thread_id: int, slug: str = "") -> HttpResponse:
    """A thread: what it is, where it stands, a window of its posts, and the place to answer."""
    found = find_thread(request, thread_id)
    if slug and slug != found.slug:
        # The title changed since the link was made. Not for good: it may change back.
        return HttpResponseRedirect(f"{found.url}?{request.GET.urlencode()}" if request.GET else found.url)
    live_at = position(f"thread:{thread_id}")
    chooses = found.kind == "question" and bool(policies.can_change_state(request.viewer, found))
    keeps = policies.keeps(request.viewer, found.category)
    start = _number(request, "from") or None
    writes = bool(policies.can_add_post(request.viewer, found))
    page = queries.thread_page(found, request.viewer, start, chooses_answer=chooses, keeps=keeps, writes=writes)
    if request.person and page.last > page.read_to:
        with reading_goes_on():
            actions.read_thread(found, page.last, by=request.person)
    with reading_goes_on():
        thread_was_read(request, found)
    shown = thread_context(request, found, page) | {"live_at": live_at}
    if shown["form"]:
        shown["reply_form"] = reply_form(request, found, readers_html(shown["readers"], "readers"))
    answer = render(request, "forum/thread.html", shown)
    if not page.keep:
        answer["Cache-Control"] = "no-store"
    return answer


def thread_context(request: HttpRequest, found: Thread, page: queries.ThreadPage) -> dict[str, Any]:
    """What the page of a thread shows; the reply page shows the same head."""
    viewer = request.viewer
    put_polls(page, viewer)
    can_add = policies.can_add_post(viewer, found)
    may = {
        "add": can_add,
        "edit": policies.can_edit_thread(viewer, found),
        "state": policies.can_change_state(viewer, found),
        "close": policies.can_close_thread(viewer, found),
        "reopen": policies.can_reopen_thread(viewer, found),
        "pin": policies.can_pin_thread(viewer, found),
    }
    first = page.posts[0].number if page.posts else 0
    return {
        "thread": found,
        "page": page,
        "kind": KINDS[found.kind],
        "category_name": found.category.said("name", viewer.language),
        "facts": thread_facts(found, viewer),
        "may": may,
        "ways": [way for ways in thread_ways for way in ways(found, viewer)] if viewer.is_member else [],
        "keeps": policies.keeps(viewer, found.category),
        "notes": [line for note in thread_notes if (line := note(found, viewer))] if found.hidden_at else [],
        "readers": readers_of(found.audience, viewer),
        "public": found.audience.is_public,
        "form": bool(request.person and can_add),
        "description": queries.description_of(found) if first == 1 and not request.person else "",
        "live": f"thread:{found.pk}",
        "relatives": queries.relatives_of(found, page.kin, viewer),
    }


@require_safe
def post(request: HttpRequest, thread_id: int, number: int) -> HttpResponse:
    """The lasting address of a post: leads to its place in the thread."""
    found = find_post(request, thread_id, number)
    start = max(1, number - 2)
    where = f"?from={start}" if found.thread.last_number > 20 else "?from=1"
    return HttpResponseRedirect(f"{found.thread.url}{where}#post-{number}")


@require_safe
def bookmarks(request: HttpRequest) -> HttpResponse:
    """The posts that the person keeps for themselves."""
    if away := sign_in_first(request):
        return away
    from dugnad.forum.queries.own import bookmarked_posts

    rows, older = bookmarked_posts(request.viewer, _number(request, "before"))
    return render(request, "forum/bookmarks.html", {"rows": rows, "older": older})


@require_safe
def new_for_me(request: HttpRequest) -> HttpResponse:
    """Everything unread, across categories."""
    if away := sign_in_first(request):
        return away
    return render(request, "forum/new_for_me.html", {"rows": queries.new_threads_for(request.viewer, most=60)})


@require_safe
def threads_by(request: HttpRequest, handle: str) -> HttpResponse:
    """The threads that one person started, as far as the viewer may see them."""
    if away := sign_in_first(request):
        return away
    from django.http import Http404

    author = Person.objects.living().filter(handle=handle).first()
    if author is None:
        raise Http404
    threads = threads_listed(request.viewer, author_id=author.pk, before=_number(request, "before"))
    shown = {"author": author, "threads": list_of(threads, request.viewer, newest=not _number(request, "before"))}
    return render(request, "forum/threads_by.html", shown)
