"""Skill sheets as offices keep them (people down, skills across): read, matched with people, compared. Writes nothing.

columns (which heading means what) -> reading (cells to rows, problems with a fix) -> people (rows to recorded people) ->
comparing (what was said before). The services of `sheets` load the records and carry the result out. Format:
docs/formats/skill-sheet.md.
"""
