"""What schedulers work with: one module for each noun."""
