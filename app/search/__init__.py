"""Search: what can be found is registered by its subject, indexed after each change, and shown to whom it concerns."""
