"""What pages show: reads only, in the session that the page opens; nothing here changes a row."""
