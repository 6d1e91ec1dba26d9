"""The doors of the hall groups."""
