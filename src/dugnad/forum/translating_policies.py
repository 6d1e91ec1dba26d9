"""Who may translate posts, and take translations away, and the sentence if not."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from dugnad.forum.models import Post, PostTranslation
from dugnad.forum.policies import SIGN_IN_FIRST, can_see, keeps
from dugnad.forum.polling_policies import can_take_part
from dugnad.kernel.audience import Viewer, viewer_of
from dugnad.kernel.policies import Verdict, no


def _viewer(who: Any) -> Viewer | None:
    viewer: Viewer | None = viewer_of(who) if hasattr(who, "session_epoch") else who
    return viewer


def can_translate_post(who: Any, post: Post) -> Verdict:
    """Everybody who takes part where the post is, also in a thread that is closed: old texts are read too."""
    viewer = _viewer(who)
    if viewer is None or not viewer.is_member:
        return no(SIGN_IN_FIRST)
    if post.deleted_at:
        return no(_("This post was deleted. There is nothing left to translate."))
    if post.hidden_at:
        return no(_("A steward hid this post. Nobody translates it while it is hidden."))
    seen = can_see(viewer, post)
    return can_take_part(viewer, post.thread.category) if seen else seen


def can_remove_translation(who: Any, translation: PostTranslation) -> Verdict:
    """Who made it last, whose words they are, and stewards there."""
    viewer = _viewer(who)
    if viewer is None or not viewer.is_member:
        return no(SIGN_IN_FIRST)
    concerned = {translation.author_id, translation.post.author_id} - {None}
    if viewer.person_id not in concerned and not keeps(viewer, translation.post.thread.category):
        return no(_("Only who translated the post, who wrote it, or a steward can take the translation away."))
    return can_see(viewer, translation.post)
