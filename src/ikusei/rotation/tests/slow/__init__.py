"""Settings for the test of a real worker that is killed while it carries orders out."""
