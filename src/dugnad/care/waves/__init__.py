"""Waves of spam: what looks like one, shown to the stewards as one thing, cleared and brought back with one click."""
