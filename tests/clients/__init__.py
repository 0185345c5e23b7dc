"""What mail programs make of a letter, in the forms in which they write it."""
