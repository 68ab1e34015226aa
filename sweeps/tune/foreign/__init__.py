"""What the user's own searchers and schedulers of Ray Tune have in common."""
