"""What the maps of plans in the database are drawn with."""
