"""From what a movement has kept elsewhere to texts that the forum can take in.

Nothing here touches the database or another host: a folder is read, file by file, and made into CommonMark. The deed is
`forum.actions.import_thread`; the command `import_markdown` leads from the one to the other.
"""

from __future__ import annotations


class Unreadable(Exception):  # noqa: N818 - an answer about one file, not an error of the import
    """A file that cannot be taken in. The message says why, in words for whoever started the import."""
