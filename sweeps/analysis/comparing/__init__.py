"""Which of two configurations is better, and which cannot be told apart from the best."""
