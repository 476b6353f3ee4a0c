"""Staff lists as offices keep them: read, compared with what is recorded, planned. Writes nothing.

columns (what a heading may be called) -> reading (cells to rows, problems with a fix) -> planning (rows and records to
a plan). The services of people_import load the records and carry a plan out.
"""
