"""What can be done to frameworks and assessments: one function each; right, rule, transaction, audit."""
