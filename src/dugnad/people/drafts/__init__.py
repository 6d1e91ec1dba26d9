"""Drafts: what somebody has typed and not published, the same on all their devices, shown to nobody else."""
