"""The doors of the forum over HTTP."""
