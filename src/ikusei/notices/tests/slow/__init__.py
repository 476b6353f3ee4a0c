"""Settings and a mail server for the tests of a real worker."""
