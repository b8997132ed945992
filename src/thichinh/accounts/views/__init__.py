"""Pages of accounts: signing in, one's own account, and the IT officer's list."""
