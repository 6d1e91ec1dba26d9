"""What hangs on posts and goes where they go: files, polls, translations, and how these are found."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce

from dugnad.forum.models import Poll, Post, PostFile, PostTranslation, Thread
from dugnad.forum.writing import release_files, share_file
from dugnad.kernel import search
from dugnad.kernel.files import StoredFile
from dugnad.kernel.search import SearchEntry
from dugnad.notices.actions import forget_notices


def carry_belongings(posts: Collection[int]) -> None:
    """What hangs on these posts (ids) is read by whom they are read now: their files and their translations, also in the
    search. Call it whenever the audience or the thread of posts changed, after their rows were written.
    """
    for stored in StoredFile.objects.filter(pk__in=PostFile.objects.filter(post__in=posts).values("file")):
        share_file(stored)
    of_post = Post.objects.filter(pk=OuterRef("post")).values("audience")
    PostTranslation.objects.filter(post__in=posts).update(audience=Subquery(of_post))
    for translation in PostTranslation.objects.filter(post__in=posts).select_related("post"):
        SearchEntry.objects.filter(kind="translation", thing_id=translation.pk).update(
            audience=translation.audience_id, within=f"thread:{translation.post.thread_id}"
        )


def remove_belongings(post: Post) -> None:
    """Nothing hangs on the post any more: its poll, translations and files are gone."""
    remove_polls_and_translations([post.pk])
    release_files(post)


def remove_polls_and_translations(posts: Collection[int]) -> None:
    """Of these posts (ids); votes, search entries and notices go with them, and their threads count their polls anew."""
    translations = list(PostTranslation.objects.filter(post__in=posts).values_list("pk", flat=True))
    search.forget("translation", translations)
    PostTranslation.objects.filter(pk__in=translations).delete()
    polls = Poll.objects.filter(post__in=posts)
    ids, threads = list(polls.values_list("pk", flat=True)), list(polls.values_list("post__thread", flat=True))
    polls.delete()
    gone = [*(f"posttranslation:{pk}" for pk in translations), *(f"poll:{pk}" for pk in ids)]
    if gone:
        forget_notices(gone)
    if ids:
        left = Poll.objects.filter(post__thread=OuterRef("pk"), post__deleted_at=None).order_by().values("post__thread")
        counted = Coalesce(Subquery(left.annotate(n=Count("pk")).values("n")), 0)
        Thread.objects.filter(pk__in=threads).update(poll_count=counted)
