"""What is wrong with a place, and what to do: each thing that is looked at answers in whole sentences."""
