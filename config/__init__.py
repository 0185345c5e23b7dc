"""What the operator says, and the data that the product ships."""
