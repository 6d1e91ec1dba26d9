"""Measures the house: what each page costs, as a ratio to the cheapest signed-in page in the same run."""
