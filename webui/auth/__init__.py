"""Who is asking: passwords, sign-in, sessions that can be revoked, and which role may open which page."""
