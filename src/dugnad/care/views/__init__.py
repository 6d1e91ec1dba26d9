"""The doors of care over HTTP."""
