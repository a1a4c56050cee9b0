"""Review: where supervisors look at what schedulers made, and decide."""
