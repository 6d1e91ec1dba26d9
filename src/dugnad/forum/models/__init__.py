"""The forum: categories, threads, posts; what each person has read, kept and follows; polls, plans, translations."""

from dugnad.forum.models.attending import Attention, Bookmark, CategoryReading, Reaction, Reader, ThreadReading
from dugnad.forum.models.planned import FeedKey, SavedSearch, ScheduledPost
from dugnad.forum.models.polls import Poll, PollOption, PollVote
from dugnad.forum.models.threads import Category, Post, PostFile, PostTranslation, PostVersion, Thread

__all__ = [
    "Attention",
    "Bookmark",
    "Category",
    "CategoryReading",
    "FeedKey",
    "Poll",
    "PollOption",
    "PollVote",
    "Post",
    "PostFile",
    "PostTranslation",
    "PostVersion",
    "Reaction",
    "Reader",
    "SavedSearch",
    "ScheduledPost",
    "Thread",
    "ThreadReading",
]
