"""Search across everything the viewer may see, and the files that posts show."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from dugnad.forum.limits import slow_down
from dugnad.forum.queries.translations import once_per_post
from dugnad.kernel import registry, search
from dugnad.kernel.audience import visible_to
from dugnad.kernel.file_answers import file_answer
from dugnad.kernel.files import StoredFile

LONGEST_QUERY = 200
PAGE = 20


@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """The search page. Ranks the newest candidates and says so when there were more."""
    query = " ".join(request.GET.get("q", "").split())[:LONGEST_QUERY]
    shown: dict[str, object] = {"query": query}
    if query:
        slow_down(request, "search")
        languages = _languages(request)
        results = search.search(query, request.viewer, languages=languages)
        found = once_per_post(results.found)
        page = Paginator(found, PAGE).get_page(request.GET.get("page"))
        shown |= {
            "hits": printed(list(page.object_list), query, request),
            "page": page,
            "count": len(found),
            "bounded": results.bounded,
            "my_languages": bool(languages),
        }
    return render(request, "forum/search.html", shown)


def _languages(request: HttpRequest) -> list[str]:
    person = request.person
    if request.GET.get("languages") != "mine":
        return []
    return list(person.reads or [person.language]) if person else [request.viewer.language]


def printed(found: list[search.Found], query: str, request: HttpRequest) -> list[SafeString]:
    """The hits in order, each printed by the hall that it comes from."""
    snippets = search.snippets(found, query)
    rows: dict[tuple[str, int], SafeString] = {}
    for kind, source in registry.search_sources.items():
        hits = [hit for hit in found if hit.kind == kind]
        if hits:
            rows |= {(kind, thing): row for thing, row in source(hits, request.viewer, snippets).items()}
    return [rows[hit.kind, hit.thing_id] for hit in found if (hit.kind, hit.thing_id) in rows]


@require_safe
def stored_file(request: HttpRequest, token: str) -> HttpResponseBase:
    """An uploaded file, to those who may see what shows it."""
    stored = visible_to(StoredFile.objects.all(), request.viewer).filter(token=token).first()
    if stored is None or not stored.path.exists():
        raise Http404
    return file_answer(stored, request)
