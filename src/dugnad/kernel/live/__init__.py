"""What happens live: a hub in each process, a bus between processes, a socket for each page that listens.

The words that go over the socket (`/live?language=sv`), one JSON object in each message. From the page:

    {"join": "thread:12", "seq": 57, "epoch": "9f3a"}
    {"leave": "thread:12"}
    {"ping": 1}

From the house:

    {"joined": "thread:12", "seq": 57, "epoch": "9f3a"}      with "gap": true when what came after 57 is not known here
    {"refused": "thread:12"}                                 missing and forbidden look the same
    {"left": "thread:12"}, {"pong": 1}
    {"on": "thread:12", "seq": 58, "events": [{"type": …}]}  a delta: events in their order
    {"on": "thread:12", "seq": 58, "gap": true}              fetch the page anew
    {"on": "person:4", "events": […]}                        to this person alone, not numbered

A page says with `seq` and `epoch` what it already shows (`bus.position()` gave it both while the page was made, before
its query ran). What it missed since then comes right after `joined`; an event that the page shows already may come
once more, so handlers replace by id. Events are announced after the commit (`bus.announce`), numbered for each channel
and process, gathered to at most four deltas a second for each channel, encoded once for each language and sent to all
as the same text.

Closing codes: 1001 the house stops; 4001 who may see what has changed (come back and ask again); 4002 this process lost
touch with the others (come back); 4008 too slow; 4012 too many sockets (stay away for a while); 4029 too many messages.
"""
