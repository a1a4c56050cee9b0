"""The day itself: the officers' page for the phone, the sheet they print, and the desk's view of all teams."""
