"""Translations of posts by members. The original stays as it is; each language has one translation, which others may improve."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dugnad.forum import translating_policies as policies
from dugnad.forum.locking import locked
from dugnad.forum.models import Post, PostTranslation
from dugnad.forum.writing import write
from dugnad.kernel import search
from dugnad.kernel.happenings import record
from dugnad.kernel.live.bus import announce
from dugnad.kernel.policies import Refused, require
from dugnad.people.models import Person


class TranslatedMeanwhile(Exception):  # noqa: N818 - not an error: two people translated at once
    """Somebody else saved a translation into this language meanwhile. Nothing was overwritten; `translation` is theirs."""

    def __init__(self, translation: PostTranslation) -> None:
        super().__init__(str(translation))
        self.translation = translation


def mark_of(translation: PostTranslation | None) -> str:
    """What a form remembers of the translation that it showed: another mark means that it changed since."""
    return f"{translation.pk}:{(translation.changed_at or translation.created_at).isoformat()}" if translation else ""


@transaction.atomic
def translate_post(
    post: Post, language: str, source: str, *, by: Person, of_edits: int, seen: str = ""
) -> PostTranslation:
    """Say in `language` what the post says, or improve what stands there.

    `of_edits` is the number of edits that the original had when it was read: when it has more by now, the translation is stale
    from the start. `seen` is the mark of the translation that the writer saw; when it is another by now, `TranslatedMeanwhile`
    carries it. Its pictures may be those of the post; nobody is told because of a name in it.
    """
    post = locked(Post.objects.select_related("thread__category", "audience"), post.pk)
    require(policies.can_translate_post(by, post))
    if language == post.language:
        raise Refused(_("The post is written in this language already."))
    there = PostTranslation.objects.filter(post=post, language=language).first()
    if there is not None and mark_of(there) != seen:
        raise TranslatedMeanwhile(there)
    rendered = write(source, None, shown_by=post).rendered
    row = there or PostTranslation(post=post, language=language)
    row.audience_id, row.author, row.of_edits = post.audience_id, by, min(of_edits, post.edits)
    row.source, row.html, row.plain, row.changed_at = source, rendered.html, rendered.plain, timezone.now()
    row.save()
    search.index(entry_of_translation(row))
    record("post_translated", row, by=by, within=post.thread, audience=post.audience, post=post.pk, language=language)
    _renew(post, by)
    return row


@transaction.atomic
def remove_translation(translation: PostTranslation, *, by: Person) -> None:
    """Nothing is left of the translation, also not in the search."""
    post = locked(Post.objects.select_related("thread__category", "audience"), translation.post_id)
    translation.post = post
    require(policies.can_remove_translation(by, translation))
    record(
        "translation_removed",
        translation,
        by=by,
        within=post.thread,
        audience=post.audience,
        language=translation.language,
    )
    search.forget("translation", [translation.pk])
    PostTranslation.objects.filter(pk=translation.pk).delete()
    _renew(post, by)


def entry_of_translation(translation: PostTranslation) -> search.Entry:
    """What the search keeps of a translation: its words, in its language, where the post is."""
    return search.Entry(
        kind="translation",
        thing_id=translation.pk,
        audience_id=translation.audience_id,
        author_id=translation.author_id,
        title="",
        plain=translation.plain,
        language=translation.language,
        at=translation.created_at,
        within=f"thread:{translation.post.thread_id}",
    )


def translators_of(post: Post) -> list[int]:
    """Whose words stand under the post besides its writer's: who blocks one of them does not get it pushed."""
    translators = PostTranslation.objects.filter(post=post).exclude(author=None).values_list("author_id", flat=True)
    return sorted({pk for pk in translators if pk is not None})


def _renew(post: Post, by: Person) -> None:
    """Every kept piece of the post is printed anew, and open pages show it. Who blocks a translator fetches it themselves."""
    Post.objects.filter(pk=post.pk).update(revision=F("revision") + 1)
    post.revision += 1
    said = {"type": "post_edited", "post": post.pk, "number": post.number, "author": post.author_id}
    also = sorted({by.pk, *translators_of(post)})
    announce(f"thread:{post.thread_id}", {**said, "revision": post.revision, "also_by": also})
