"""The pages of frameworks, words, maps and skill sheets: each view reads the request, asks one query or service, renders."""
