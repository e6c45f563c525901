"""Access: permissions, roles with reach, policy (may this person do this to this row) and scope (the same as SQL)."""
