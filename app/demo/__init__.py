"""Demo data: an invented city on a demo clock, seeded and repeatable, refused outside development."""
