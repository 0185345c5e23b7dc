"""The process, and all input and output."""
