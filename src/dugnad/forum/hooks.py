"""What the hall `forum` adds to the hooks of the kernel."""
