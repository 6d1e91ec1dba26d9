"""Every deed of the forum: who does it is always `by`, the policy is asked again, one happening is recorded."""

from dugnad.forum.actions.attending import (
    follow_category,
    follow_thread,
    mark_all_read,
    mark_category_read,
    read_thread,
)
from dugnad.forum.actions.categories import (
    arrange_category,
    close_category,
    create_category,
    edit_category,
    reopen_category,
)
from dugnad.forum.actions.feeding import end_feed_key, make_feed_key
from dugnad.forum.actions.importing import ImportedText, import_thread, pair_threads
from dugnad.forum.actions.living import end_living, make_living, restore_version
from dugnad.forum.actions.marking import add_reaction, keep_bookmark, remove_bookmark, remove_reaction
from dugnad.forum.actions.moderating import hide_post, hide_thread, show_post, show_thread
from dugnad.forum.actions.moving import merge_threads, move_thread, split_thread
from dugnad.forum.actions.posting import EditedMeanwhile, add_post, delete_post, edit_post
from dugnad.forum.actions.scheduling import (
    change_scheduled,
    forget_scheduled,
    publish_scheduled,
    schedule_post,
)
from dugnad.forum.actions.searching import forget_search, listen_to_search, rename_search, save_search
from dugnad.forum.actions.threads import (
    accept_answer,
    change_state,
    close_thread,
    edit_thread,
    pin_thread,
    reopen_thread,
    start_thread,
    unpin_thread,
)

__all__ = [
    "EditedMeanwhile",
    "ImportedText",
    "accept_answer",
    "add_post",
    "add_reaction",
    "arrange_category",
    "change_scheduled",
    "change_state",
    "close_category",
    "close_thread",
    "create_category",
    "delete_post",
    "edit_category",
    "edit_post",
    "edit_thread",
    "end_feed_key",
    "end_living",
    "follow_category",
    "follow_thread",
    "forget_scheduled",
    "forget_search",
    "hide_post",
    "hide_thread",
    "import_thread",
    "keep_bookmark",
    "listen_to_search",
    "make_feed_key",
    "make_living",
    "mark_all_read",
    "mark_category_read",
    "merge_threads",
    "move_thread",
    "pair_threads",
    "pin_thread",
    "publish_scheduled",
    "read_thread",
    "remove_bookmark",
    "remove_reaction",
    "rename_search",
    "reopen_category",
    "reopen_thread",
    "restore_version",
    "save_search",
    "schedule_post",
    "show_post",
    "show_thread",
    "split_thread",
    "start_thread",
    "unpin_thread",
]
