"""What the clients of a soak saw, and whether it keeps the promises."""

import collections
import threading
import time

TERMINAL = {"COMPLETED", "FAILED", "CANCELLED", "TIMED_OUT"}
CORRECTED = {("FAILED", "COMPLETED"), ("TIMED_OUT", "COMPLETED")}


class History:
    """Every answer that counts, in the order of its asking; safe for many threads."""

    def __init__(self):
        self.lock = threading.Lock()
        self.accepted = {}  # run id -> when its 201 was there
        self.by_key = collections.defaultdict(set)  # Idempotency-Key -> run ids answered under it
        self.seen = collections.defaultdict(list)  # run id -> (asked, answered, status, percent, revision)
        self.gets = []  # seconds that each answered GET of a run took
        self.answers = collections.Counter()  # (operation, status)
        self.listings = []  # (begun, the ids that a whole list had)
        self.cancelled = set()  # run ids whose cancel was accepted

    def count(self, operation, status):
        with self.lock:
            self.answers[operation, status] += 1

    def created(self, key, run, asked):
        with self.lock:
            self.accepted.setdefault(run["run_id"], time.monotonic())
            if key:
                self.by_key[key].add(run["run_id"])
        self.saw(run, asked)

    def saw(self, run, asked, took=None):
        with self.lock:
            self.seen[run["run_id"]].append(
                (asked, time.monotonic(), run["status"], run["percent"], run["revision"]))
            if took is not None:
                self.gets.append(took)

    def cancel(self, run):
        with self.lock:
            self.cancelled.add(run)

    def listed(self, begun, ids):
        with self.lock:
            self.listings.append((begun, ids))

    def p99(self):
        ordered = sorted(self.gets)
        return ordered[len(ordered) * 99 // 100] if ordered else 0.0

    def broken(self, final):
        """The promises that were broken, a line for each.

        final: run id -> the run as it is at the end
        """
        lines = [f"I1 {run} was accepted and is gone" for run in self.accepted if run not in final]
        lines += [f"I1 {run} has not ended: {it['status']}" for run, it in final.items()
                  if it["status"] not in TERMINAL]
        lines += [f"I2 {key} made {len(ids)} runs" for key, ids in self.by_key.items() if len(ids) > 1]
        lines += [f"I12 {run} was cancelled and is {final[run]['status']}" for run in self.cancelled
                  if run in final and final[run]["status"] not in TERMINAL]
        for run, seen in self.seen.items():
            lines += [f"{why} {run}" for why in orders(seen, final.get(run))]
        for begun, ids in self.listings:
            missed = [run for run, at in self.accepted.items() if at < begun and run not in ids]
            if missed:
                lines.append(f"lists: {len(missed)} runs were not listed, such as {missed[0]}")
        return lines


def orders(seen, final):
    """What is wrong with one run's answers; only those count of which one was there before the other was asked for."""
    for number, (_, answered, status, percent, revision) in enumerate(seen):
        if (percent == 100) != (status == "COMPLETED"):
            yield f"I6 {percent} % while {status}:"
        for asked, _, later, more, corrected in seen[number + 1:]:
            if asked < answered:
                continue
            if more < percent:
                yield f"I6 {percent} % became {more} %:"
            if status in TERMINAL and later != status and (
                    (status, later) not in CORRECTED or corrected <= revision):
                yield f"I5 {status} became {later}:"
            break
    if final and seen:
        *_, status, percent, _ = seen[-1]
        if final["percent"] < percent:
            yield f"I6 {percent} % became {final['percent']} % in the end:"
