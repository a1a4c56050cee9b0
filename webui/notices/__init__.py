"""The pages of notices: what was sent, what is stuck, and who gets what."""
