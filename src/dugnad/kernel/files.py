"""Uploaded files: rows with an audience, bytes in the data directory. Images only come in re-encoded (`kernel.images`), other
files only checked (`kernel.documents`).
"""

from __future__ import annotations

import errno
import os
import secrets
import shutil
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dugnad.kernel import registry
from dugnad.kernel.audience import Audience
from dugnad.kernel.retention import keep
from dugnad.kernel.uploads import UploadRefused

KEEP_LOOSE = keep(
    "loose files", days=1, least=1, most=14, words=_("An image or file that nothing shows, after it came")
)
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT)


def new_token() -> str:
    """An unguessable name, safe in addresses: 128 bits."""
    return secrets.token_urlsafe(16)


class StoredFile(models.Model):
    """A file that somebody uploaded. `attached_at` is empty until something they wrote shows it."""

    token = models.CharField(max_length=32, unique=True, default=new_token)
    audience = models.ForeignKey(Audience, models.PROTECT, related_name="+")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="files")
    content_type = models.CharField(max_length=80)
    description = models.CharField(max_length=500, blank=True)
    name = models.CharField(max_length=140, blank=True, help_text="what a download is called; empty: shown in the page")
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    size = models.PositiveIntegerField()
    created_at = models.DateTimeField(default=timezone.now)
    attached_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.token

    @property
    def path(self) -> Path:
        """Where the bytes are. The token is made by us, so no path can climb out."""
        return Path(settings.FILES_DIR) / self.token[:2] / self.token

    @property
    def url(self) -> str:
        return f"/files/{self.token}"


def keep_file(
    content: bytes | BinaryIO, *, audience: Audience, author: Any, content_type: str, **facts: Any
) -> StoredFile:
    """Write the bytes, then the row. Bytes without a row (a crash in between) are swept by `forget_loose_files`.

    Raises `UploadRefused` when the disk is full; nothing is kept then.
    """
    stored = StoredFile(audience=audience, author=author, content_type=content_type, **facts)
    try:
        stored.size = _write(content, stored.path)
        stored.save()
    except BaseException:
        stored.path.unlink(missing_ok=True)
        raise
    return stored


def _write(content: bytes | BinaryIO, path: Path) -> int:
    """The bytes are on the disk when this returns; answers how many."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as file:
            if isinstance(content, bytes):
                file.write(content)
            else:
                content.seek(0)
                shutil.copyfileobj(content, file)
            file.flush()
            os.fsync(file.fileno())
            return file.tell()
    except OSError as trouble:
        if trouble.errno not in _NO_ROOM:
            raise
        raise UploadRefused(
            _(
                "There is no room for files here just now. Your text is still in the form: publish it without, or try later."
            )
        ) from trouble


def remove_file(stored: StoredFile) -> None:
    """Remove the row now and the bytes when the transaction has committed."""
    path = stored.path
    stored.delete()
    transaction.on_commit(lambda: path.unlink(missing_ok=True))


def forget_loose_files() -> str:
    """Remove uploads that nothing shows a day after they came, and bytes that no row knows."""
    loose = StoredFile.objects.filter(attached_at=None, created_at__lt=timezone.now() - KEEP_LOOSE.time)
    held = {token for tokens in registry.held_files for token in tokens()}
    count = 0
    for stored in loose:
        if stored.token not in held:
            remove_file(stored)
            count += 1
    return f"{count} loose files removed, {_sweep_orphans()} orphaned"


def _sweep_orphans() -> int:
    base = Path(settings.FILES_DIR)
    if not base.exists():
        return 0
    before = (timezone.now() - KEEP_LOOSE.time).timestamp()
    old = [path for path in base.glob("??/*") if path.stat().st_mtime < before]
    known = set(StoredFile.objects.filter(token__in=[path.name for path in old]).values_list("token", flat=True))
    orphans = [path for path in old if path.name not in known]
    for path in orphans:
        path.unlink(missing_ok=True)
    return len(orphans)
