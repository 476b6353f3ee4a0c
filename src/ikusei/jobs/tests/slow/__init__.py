"""Tasks for the tests of a real worker; installed by `tests.slow.settings` only."""
