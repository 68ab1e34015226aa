"""Show: terminal tables and live progress. Nothing here computes a statistic."""
