"""What scores look like over seeds: statistics, rates, profiles, bands, several tasks."""
