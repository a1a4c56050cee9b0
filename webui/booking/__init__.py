"""The counter for schools and companies: an application of its own, with its own session and addresses."""
