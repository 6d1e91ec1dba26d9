"""The doors of the forum."""

from django.urls import path

from dugnad.forum.views import polls as poll_views
from dugnad.forum.views import arranging, deeds, finding, moving, reading, writing
from dugnad.kernel import addresses  # noqa: F401 - importing it makes <number:…> known

urlpatterns = [
    path("forum", reading.forum, name="forum"),
    path("new", writing.new_anywhere, name="new_anywhere"),
    path("new-for-me", reading.new_for_me, name="new_for_me"),
    path("read-all", deeds.mark_all_read, name="mark_all_read"),
    path("search", finding.find, name="search"),
    path("files/<slug:token>", finding.stored_file, name="stored_file"),
    path("me/bookmarks", reading.bookmarks, name="bookmarks"),
    path("people/<slug:handle>/threads", reading.threads_by, name="threads_by"),
    path("categories/new", arranging.create_category, name="create_category"),
    path("c/<slug:slug>", reading.category, name="category"),
    path("c/<slug:slug>/new", writing.start_thread, name="start_thread"),
    path("c/<slug:slug>/edit", arranging.edit_category, name="edit_category"),
    path("c/<slug:slug>/arrange", arranging.arrange_category, name="arrange_category"),
    path("c/<slug:slug>/close", arranging.close_category, name="close_category"),
    path("c/<slug:slug>/reopen", arranging.reopen_category, name="reopen_category"),
    path("c/<slug:slug>/follow", deeds.follow_category, name="follow_category"),
    path("c/<slug:slug>/read", deeds.mark_category_read, name="mark_category_read"),
    path("t/<number:thread_id>", reading.thread, name="thread"),
    path("t/<number:thread_id>/reply", writing.add_post, name="add_post"),
    path("t/<number:thread_id>/deeds", deeds.deeds, name="deeds"),
    path("t/<number:thread_id>/edit", writing.edit_thread, name="edit_thread"),
    path("t/<number:thread_id>/state", deeds.change_state, name="change_state"),
    path("t/<number:thread_id>/close", deeds.close_thread, name="close_thread"),
    path("t/<number:thread_id>/reopen", deeds.reopen_thread, name="reopen_thread"),
    path("t/<number:thread_id>/pin", deeds.pin_thread, name="pin_thread"),
    path("t/<number:thread_id>/move", moving.move_thread, name="move_thread"),
    path("t/<number:thread_id>/split", moving.split_thread, name="split_thread"),
    path("t/<number:thread_id>/merge", moving.merge_threads, name="merge_threads"),
    path("t/<number:thread_id>/follow", deeds.follow_thread, name="follow_thread"),
    path("t/<number:thread_id>/post/<number:number>", reading.post, name="post"),
    path("t/<number:thread_id>/post/<number:number>/versions", reading.versions, name="versions"),
    path("t/<number:thread_id>/post/<number:number>/edit", writing.edit_post, name="edit_post"),
    path("t/<number:thread_id>/post/<number:number>/delete", writing.delete_post, name="delete_post"),
    path("t/<number:thread_id>/post/<number:number>/poll", poll_views.add_poll, name="add_poll"),
    path("t/<number:thread_id>/post/<number:number>/poll/edit", poll_views.edit_poll, name="edit_poll"),
    path("t/<number:thread_id>/post/<number:number>/poll/remove", poll_views.remove_poll, name="remove_poll"),
    path("t/<number:thread_id>/post/<number:number>/poll/close", poll_views.close_poll, name="close_poll"),
    path("t/<number:thread_id>/post/<number:number>/poll/vote", poll_views.cast_vote, name="cast_vote"),
    path("t/<number:thread_id>/post/<number:number>/poll/withdraw", poll_views.withdraw_vote, name="withdraw_vote"),
    path("t/<number:thread_id>/<slug:slug>", reading.thread, name="thread_with_title"),
]
