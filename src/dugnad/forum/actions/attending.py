"""What somebody has read and how closely they follow it. Their own: nothing here is recorded as a happening."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Max

from dugnad.forum import policies
from dugnad.forum.models import Attention, Category, CategoryReading, Post, Reader, Thread, ThreadReading
from dugnad.kernel.policies import require
from dugnad.people.models import Person


def read_thread(thread: Thread, number: int, *, by: Person) -> None:
    """The posts up to `number` have been on this person's page. Never goes back."""
    behind = ThreadReading.objects.filter(person=by, thread=thread, read_to__lt=number)
    if behind.update(read_to=number):
        return
    _reading, made = ThreadReading.objects.get_or_create(person=by, thread=thread, defaults={"read_to": number})
    if not made:
        behind.update(read_to=number)  # somebody's other window made the row in between


@transaction.atomic
def follow_thread(thread: Thread, attention: str, *, by: Person) -> None:
    """Watch, follow or mute a thread; empty goes back to what the category says."""
    require(policies.can_see(by, thread))
    _checked(attention)
    ThreadReading.objects.update_or_create(person=by, thread=thread, defaults={"attention": attention})


@transaction.atomic
def follow_category(category: Category, attention: str, *, by: Person) -> None:
    """Watch, follow or mute all threads of a category for which nothing else was said."""
    require(policies.can_see(by, category))
    _checked(attention)
    CategoryReading.objects.update_or_create(person=by, category=category, defaults={"attention": attention})


@transaction.atomic
def mark_category_read(category: Category, *, by: Person) -> None:
    """Everything that is in the category now counts as read."""
    require(policies.can_see(by, category))
    newest = Thread.objects.filter(category=category).aggregate(newest=Max("last_post_id"))["newest"] or 0
    CategoryReading.objects.update_or_create(person=by, category=category, defaults={"read_to_post": newest})
    # A mark says nothing of threads that came in when there was no newer post than it names: each of those is marked itself.
    for thread in Thread.objects.filter(category=category, came_in_after__gte=max(newest, 1)):
        read_thread(thread, thread.last_number, by=by)


@transaction.atomic
def mark_all_read(*, by: Person) -> None:
    """Everything that is here now counts as read, everywhere."""
    newest = Post.objects.aggregate(newest=Max("pk"))["newest"] or 0
    Reader.objects.update_or_create(person=by, defaults={"read_to_post": newest})


def begin_reading(person: Person) -> None:
    """A newcomer begins with nothing unread: what was there before they came is there to be found, not to be worked off."""
    newest = Post.objects.aggregate(newest=Max("pk"))["newest"] or 0
    Reader.objects.get_or_create(person=person, defaults={"read_to_post": newest})


def _checked(attention: str) -> None:
    if attention and attention not in Attention.values:
        raise ValueError(f"{attention!r} is not a way to follow")
