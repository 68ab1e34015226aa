"""What tuning buys: the best score that is within reach, less the score at the defaults."""
