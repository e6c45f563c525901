"""Forms: the types of fields, the facts that conditions speak of, and the conditions themselves."""
