"""Good files with all their oddities, hostile ones, mutations of both, and the campaign that sends them in."""
