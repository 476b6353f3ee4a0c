"""What is read of frameworks and assessments, ready to render."""
