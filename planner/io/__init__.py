"""Tables and calendars in and out: the only place that reads what people upload."""
