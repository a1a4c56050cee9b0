"""Driving times and ways between places: a chain of providers, from estimates to real roads."""
