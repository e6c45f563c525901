"""Service items as data: versions with fields, materials, steps and forms; drafts, publication, import and export."""
