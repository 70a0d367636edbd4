"""Bringing existing files in: a spreadsheet, checked row by row, then all or nothing.

`reading` turns an uploaded file into text cells, `cells` reads one cell, `rows` judges
and saves the rows of a `Sheet`, `views` is the pages. What can be imported stands in
`agreements.imports` and `budget.imports`.
"""
