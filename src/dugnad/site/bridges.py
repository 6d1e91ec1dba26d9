"""What crosses between halls that do not know each other; it reacts to happenings."""
