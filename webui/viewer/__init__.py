"""One plan in a folder, shown read-only (`doorstep show`): no database, no users."""
