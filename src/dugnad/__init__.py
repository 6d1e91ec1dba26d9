"""Dugnad: one self-hosted place where people find each other, talk, meet, act, and keep what they learned."""

__version__ = "0.1.0"
