"""What hangs on posts and goes where they go: files, polls, translations, and how these are found."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import OuterRef, Subquery

from dugnad.forum.models import Poll, Post, PostFile, PostTranslation
from dugnad.forum.writing import release_files, share_file
from dugnad.kernel import search
from dugnad.kernel.files import StoredFile
from dugnad.kernel.search import SearchEntry


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
    """Nothing hangs on the post any more: its poll, translations and files are gone. The thread's `poll_count` is counted by
    whoever calls (`actions.polling.recount_polls`).
    """
    translations = list(PostTranslation.objects.filter(post=post).values_list("pk", flat=True))
    search.forget("translation", translations)
    PostTranslation.objects.filter(pk__in=translations).delete()
    Poll.objects.filter(post=post).delete()
    release_files(post)
