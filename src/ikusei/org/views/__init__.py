"""The pages of the organisation: each view reads the request, asks one query or service, renders."""
