"""What the hall `care` adds to the hooks of the kernel."""
