"""What the forum keeps of a person for later: plans, saved searches, the key of their feed. Handed out and removed with them;
and what the clock does with it.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from dugnad.forum.actions.scheduling import forget_published, publish_due
from dugnad.forum.actions.searching import tell_of_searches
from dugnad.forum.models import FeedKey, SavedSearch, ScheduledPost
from dugnad.forum.queries.planned import files_of_plans
from dugnad.kernel import registry
from dugnad.people.models import Person

registry.minute_jobs.register("publish_due")(publish_due)
registry.minute_jobs.register("tell_of_searches")(tell_of_searches)
registry.daily_jobs.register("forget_published")(forget_published)
registry.held_files.register(files_of_plans)


@registry.exporters.register
def export_planned(person: Person) -> tuple[str, dict[str, Any], dict[str, str], Any]:
    """Plans with their texts, searches, and since when there is a feed."""
    plans = ScheduledPost.objects.filter(author=person).order_by("pk").select_related("thread", "category")
    data = {
        "posts_for_later": [
            {
                "where": plan.thread.url if plan.thread else plan.category.url if plan.category else "",
                "kind": plan.kind,
                "title": plan.title,
                "facts": plan.fields.get("facts") or {},
                "text": plan.source,
                "language": plan.language,
                "due_at": plan.due_at,
                "published_at": plan.published_at,
                "trouble": plan.trouble,
            }
            for plan in plans
        ],
        "saved_searches": list(
            SavedSearch.objects.filter(person=person)
            .order_by("pk")
            .values("name", "query", "filters", "tells", "created_at")
        ),
        "feed_since": list(FeedKey.objects.filter(person=person).values_list("created_at", flat=True)),
    }
    return (
        "planned",
        data,
        {},
        _("Posts for later, saved searches, and whether you have a feed of your own. Only you had seen this."),
    )


@registry.erasers.register
def erase_planned(person: Person, leave_posts: bool) -> None:
    """Nothing of it stays: what was not published never will be."""
    ScheduledPost.objects.filter(author=person).delete()
    SavedSearch.objects.filter(person=person).delete()
    FeedKey.objects.filter(person=person).delete()
