"""What is kept: tables, one module for each noun, and the one function that makes connections."""
