"""What the winner is worth, and whether fewer seeds would have chosen another one."""
