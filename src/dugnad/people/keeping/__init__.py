"""What is kept about a person: handed out in one file on request, erased on request, and dropped when its time has come."""
