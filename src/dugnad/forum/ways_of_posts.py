"""The links of polls and translations under "More" of a post."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from dugnad.forum.ways import PostWay, Whom, add_post_way

add_post_way(PostWay("/t/{thread}/post/{number}/poll", _("Add a poll"), Whom.OWN, "i-poll"))
add_post_way(PostWay("/t/{thread}/post/{number}/translate", _("Translate"), Whom.MEMBERS, "i-globe"))
