"""The domain and the optimiser of Doorstep. Importing this package loads nothing heavy."""
