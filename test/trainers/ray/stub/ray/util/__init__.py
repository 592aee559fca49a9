"""Helpers of the stand-in for Ray."""
