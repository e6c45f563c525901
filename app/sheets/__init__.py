"""Sheets: workbooks that people download, with cells that no spreadsheet program executes."""
