"""The drill: does to a running house, while people write, what life does to it, and counts what is left.

`./run drill` starts real processes on data of their own, lets people write over HTTP, and meanwhile kills the house, restarts the
database, stops Redis, fills the disk, kills whoever does the background work, and moves the clock. Then every write that was
answered with success must be there once, word for word; whoever was refused must have got a sentence. It touches nothing but
folders that it makes and ports of this machine, and stops by itself.

`servers` are a PostgreSQL and a Redis of its own, `room` a small disk, `post_office` a mail server, `house` the process that is
drilled (through `shifted`, whose clock can jump). `ground` makes people and threads, `writers` write, `readers` keep pages open,
`troubles` happen, `count` looks at what is there in the end.
"""
