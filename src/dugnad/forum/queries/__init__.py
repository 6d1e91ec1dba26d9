"""The forum as a viewer may see it, ready to render."""

from dugnad.forum.queries.categories import (
    categories_for_group,
    categories_of_tree,
    categories_open,
    category_by_slug,
    closed_categories,
)
from dugnad.forum.queries.lists import ThreadList, new_threads_for, pinned_threads, threads_in_category, threads_listed
from dugnad.forum.queries.threads import (
    ThreadPage,
    description_of,
    post_by_number,
    post_of_id,
    relatives_of,
    thread_by_id,
    thread_page,
    versions_of_post,
)
from dugnad.forum.queries.unread import Unread, unread_of

__all__ = [
    "ThreadList",
    "ThreadPage",
    "Unread",
    "categories_for_group",
    "categories_of_tree",
    "categories_open",
    "category_by_slug",
    "closed_categories",
    "description_of",
    "new_threads_for",
    "pinned_threads",
    "post_by_number",
    "post_of_id",
    "relatives_of",
    "thread_by_id",
    "thread_page",
    "threads_in_category",
    "threads_listed",
    "unread_of",
    "versions_of_post",
]
