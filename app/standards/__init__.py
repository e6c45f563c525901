"""Standards: official wage tables imported from a workbook, checked, published by a second person."""
