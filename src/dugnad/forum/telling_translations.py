"""Who is told of a translation: who wrote the post, since their words stand there in words of somebody else."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from dugnad.forum.models import PostTranslation
from dugnad.kernel.happenings import Happening, on
from dugnad.notices.actions import tell
from dugnad.notices.kinds import NoticeKind, register
from dugnad.people.models import Person

register(
    NoticeKind(
        "post_translated",
        "reply",
        _("{name} translated what you wrote in “{title}”."),
        _("{name} translated your post: {title}"),
        _(
            "{name} translated what you wrote in “{title}”. You can take the translation away if it does not say what you said:"
        ),
        mail_why=_("You get this because you wrote the post."),
    )
)


@on("post_translated")
def tell_of_translation(happening: Happening, translation: PostTranslation, by: Person) -> None:
    """Once for each language."""
    post = translation.post
    if post.author_id:
        tell(
            [post.author_id],
            "post_translated",
            thing=translation,
            within=post.thread,
            url=post.url,
            title=post.thread.title,
            audience=post.audience,
            actor=by,
            quote=translation.plain,
        )
