"""Printed forms: what stands on each, how it is set as a PDF, the code by which a print is checked, and the dossier."""
