"""Watching the house: what it counts, what it logs, who may look. Never a person, an address, a query or anybody's words."""
