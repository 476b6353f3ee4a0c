"""What can be done to the organisation: one function each; right, rule, transaction, audit."""
