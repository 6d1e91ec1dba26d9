"""The doors to coming in, signing in and the keys of one's account, over HTTP."""
