"""What people look at: the map page, sheets for officers, figures."""
