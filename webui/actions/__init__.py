"""What a person can do, without HTTP: each action has by=person, is one transaction, and leaves an audit entry."""
