"""The linear model and its calibration, as bench/ writes them."""
