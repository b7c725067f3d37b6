"""Counts what a runner's looks cost, by the log of the agent-server that was looked at."""

import re

import rig

REQUEST = re.compile(r'"(?:GET|POST) (\S+) HTTP/1\.1" \d+')


def quiet(log, conversation):
    """How many requests each look at a conversation took that found nothing new.

    A look begins with the conversation itself and reads events from the newest known one on, so that
    it found none when the next reading begins at the same event. What belongs to no conversation
    counts for the look before it.
    """
    begin = f"/api/conversations/{conversation}"
    looks = []
    for path in REQUEST.findall(log):
        if path == begin:
            looks.append([])
        other = path.startswith("/api/conversations/") and not path.startswith(begin)
        if looks and not other and rig.ASIDE not in path and path != "/ready":
            looks[-1].append(path)
    return [len(look) for i, look in enumerate(looks[:-1]) if found_nothing(look, looks[i + 1 :], begin)]


def found_nothing(look, later, begin):
    readings = [path for path in look if path.startswith(f"{begin}/events")]
    following = (path for one in later for path in one if path.startswith(f"{begin}/events"))
    return not readings or (len(readings) == 1 and readings[0] == next(following, None))
