"""Regression: recurrent networks read back as short integer programs."""
