"""A group leaves with its data, and comes into another place: the file, who is asked, the pages. Halls add their parts."""
