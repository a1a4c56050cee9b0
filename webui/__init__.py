"""The web: parse, act, show."""
