"""What the hall `notices` adds to the hooks of the kernel."""
