"""One process, one port: pages, live connections and background work.

`server` listens (uvicorn), `connection` keeps slow and silent peers in bounds, `app` sends each request to its place,
`bridge` carries pages to Django's threads and back (`body`, `environ`, `answer` are its parts), `supervisor` keeps the
background work alive (`worker` for tasks, `clock` for mail and nightly jobs).

A page thread is taken only when the whole request is here, and given back before the first byte of the answer leaves,
so that nobody's slow line costs anybody else anything.
"""
