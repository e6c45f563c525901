"""Messages: what happened is told once, in the transaction in which it happened, and sent after it."""
