"""What is kept about a person: handed out in one file, erased on request, dropped when its time has come."""
