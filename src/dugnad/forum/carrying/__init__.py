"""The forum's part of the file that a group travels in: its categories, threads, posts and everything that hangs on them."""
