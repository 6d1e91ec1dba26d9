"""The whole place in one file, and back again, whichever of the two databases is under it.

`write.py` makes the file, `check.py` refuses what is not one, `build.py` makes a place of it beside the one that is there,
`swap.py` puts it in that one's stead, `turn.py` keeps those who serve out meanwhile. `restore.py` is the order of these steps.
"""
