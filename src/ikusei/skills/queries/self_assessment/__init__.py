"""A person's own assessment: what is asked, what is likely to have changed, what was answered, what others said to it."""
