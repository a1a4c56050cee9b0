"""Solving in the background: the row is the truth, the queue only wakes (docs/decisions/0005-jobs.md)."""
