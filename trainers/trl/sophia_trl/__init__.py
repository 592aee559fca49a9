"""Trains one run of Sophia Lab with TRL's GRPOTrainer."""
