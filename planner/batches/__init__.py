"""Candidate outings: their times, feasibility and cost (kernel), whole plans (search), new batches (pricing)."""
