"""Sheets: workbooks that people download, with cells that no spreadsheet program executes."""

import os

# openpyxl takes lxml where it finds it (another library brings it), and lxml 6.1 has damaged the memory of the process
# there: it ended later, at another place. Without it openpyxl reads through defusedxml, as is meant here.
os.environ["OPENPYXL_LXML"] = "False"
