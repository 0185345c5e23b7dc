"""The linear models and their calibration, as bench/ writes them."""
