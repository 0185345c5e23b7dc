"""What a message means and what to do about it.

Pure: no I/O, no clock, no randomness. Time and tokens are arguments.
"""
