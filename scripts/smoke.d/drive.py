"""Drives real runs through the runner's HTTP API against real OpenHands servers; see scripts/smoke."""

import argparse
import collections
import collections.abc
import contextlib
import dataclasses
import pathlib
import shutil
import signal
import sys
import tempfile
import time
import uuid

import contract
import looks
from app_server import AppServer
from rig import LLM_KEY, AgentServer, Failed, Rig, tolerant, wait

CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"
TERMINAL = {"COMPLETED", "FAILED", "CANCELLED", "TIMED_OUT"}
LIMIT = 2 * 60 * 60  # seconds for everything
MOST_CALLS = 2  # of a look that finds nothing new


@dataclasses.dataclass(frozen=True)
class Kind:
    """A server to drive runs on: `server` makes one from a python, a folder and the model's address."""

    title: str
    version: str
    dialect: str
    server: collections.abc.Callable
    options: str = ""  # how the runner is told of it, beyond its address
    count: int = 1
    patience: int = 1  # how many times as long as for an agent-server may be waited

    @property
    def agent_server(self):
        return self.dialect == "agent-server"


def agent_server(version, count=1, options=""):
    title = f"agent-server {version}" if count == 1 else f"{count} agent-servers {version}"
    make = lambda python, folder, llm: AgentServer(python, folder)
    return Kind(title, version, "agent-server", make, options, count)


def app_server(version, dialect, options=""):
    make = lambda python, folder, llm: AppServer(python, folder, version, dialect, llm)
    # each conversation starts a server of its own first
    return Kind(f"app server {version} by {dialect}", version, dialect, make, options, patience=3)


KINDS = {
    "1.58.0": agent_server("1.58.0"),
    "1.49.1": agent_server("1.49.1"),
    "two": agent_server("1.58.0", count=2, options=";max=10"),
    # two at once: their sandboxes starting together would be slow beyond measure on a small machine
    "app-v1": app_server("1.11.0", "app-v1", options=";max=2"),
    # it speaks both, and the newer is taken where nothing is said
    "app-v0": app_server("0.62.0", "app-v0", options=";dialect=app-v0;max=2"),
}
ALL, AGENT, APP = {"1.58.0", "1.49.1", "app-v1", "app-v0"}, {"1.58.0", "1.49.1"}, {"app-v1", "app-v0"}


@dataclasses.dataclass(frozen=True)
class Scenario:
    """A run to make, what happens to it, and how it must end."""

    name: str
    marker: str
    status: str
    reason: str | None = None
    kinds: frozenset | set = frozenset(ALL)
    request: dict = dataclasses.field(default_factory=dict)
    llm_key: str = LLM_KEY
    cloned: bool = False
    answer: str | None = None  # what is written to an agent that asks
    harm: str | None = None  # what is done meanwhile, to the harm of others: played alone
    runs: int = 1
    seconds: int = 180  # within which it must end


SCENARIOS = (
    Scenario("finish", "finish", "COMPLETED"),
    Scenario("text", "text", "AWAITING_INPUT", "answered_in_text"),
    Scenario("ask", "ask", "COMPLETED", answer="hello.txt"),
    Scenario("stuck", "stuck", "FAILED", "agent_stuck"),
    Scenario("iteration-limit", "max-iterations", "FAILED", "iteration_limit", request={"max_iterations": 3}),
    Scenario("wrong-llm-key", "finish", "FAILED", "llm_authentication", AGENT, llm_key="sk-wrong"),
    Scenario("clone", "finish", "COMPLETED", kinds=AGENT, request={"repository": "acme/widgets"}, cloned=True),
    Scenario("cancel", "long steps=20 seconds=5", "CANCELLED", "cancel_requested", harm="cancel"),
    # after a kill V1 has forgotten its sandboxes, though their agents go on
    Scenario("server-killed", "long steps=4 seconds=4", "COMPLETED", kinds=ALL - {"app-v1"}, harm="kill_server"),
    Scenario("sandbox-paused", "long steps=6 seconds=4", "COMPLETED", kinds={"app-v1"}, harm="pause_sandbox"),
    Scenario("runner-killed", "long steps=3 seconds=8", "COMPLETED", harm="kill_runner"),
    # the look that was cut off holds its lease of two minutes
    Scenario("runner-killed-at-start", "finish", "COMPLETED", harm="kill_runner_at_once", seconds=300),
    # long enough for all twenty to be at work before the first of them has ended
    Scenario("twenty", "long steps=4 seconds=25", "COMPLETED", kinds={"two"}, harm="kill_server", runs=20, seconds=600),
)


@dataclasses.dataclass(frozen=True)
class Row:
    """What became of a scenario."""

    name: str
    seconds: float
    ended: str = ""
    conversations: int | str = ""
    messages: int | str = ""
    prompts: int | str = ""
    calls: str = ""
    failure: str | None = None

    def __str__(self):
        word = "FAIL" if self.failure else "ok"
        numbers = f"{self.conversations!s:>13} {self.messages!s:>8} {self.prompts!s:>7}  {self.calls:14}"
        line = f"{word:4}  {self.name:23} {self.seconds:6.1f} {numbers} {self.ended}"
        return f"{line}\n      {self.failure}" if self.failure else line


HEAD = f"      {'scenario':23} {'s':>6} {'conversations':>13} {'messages':>8} {'prompts':>7}  {'quiet looks':14} ended"


class Play:
    """One scenario being played."""

    def __init__(self, rig, scenario):
        self.rig, self.scenario = rig, scenario
        self.begun = time.monotonic()
        self.seen = {}
        self.log_from = rig.server.log.stat().st_size
        self.patience = rig.kind.patience

    def begin(self):
        self.tag = f"smoke-{uuid.uuid4().hex}"
        self.runner = self.rig.runner(self.scenario.llm_key)
        self.tags = [f"{self.tag}-{i}." for i in range(self.scenario.runs)]
        self.run_ids = [self.post(tag) for tag in self.tags]

    def post(self, tag):
        prompt = f"[[scenario: {self.scenario.marker}]] {tag}: build it"
        body = {"project_id": "smoke", "compiled_prompt": prompt} | self.scenario.request
        return self.runner.api("POST", "/runs", body)["run_id"]

    def finish(self):
        """Waits for the end of the runs and checks each from all sides."""
        if self.scenario.harm:
            getattr(self, self.scenario.harm)()
        if self.scenario.answer:
            wait(self.patience * 180, "the agent asks", lambda: self.status(self.run_ids[0]) == "AWAITING_INPUT")
            self.runner.api("POST", f"/runs/{self.run_ids[0]}/messages", {"text": self.scenario.answer})
        self.counts = collections.Counter()
        deadline = time.monotonic() + self.patience * self.scenario.seconds
        for run_id, tag in zip(self.run_ids, self.tags):
            self.check(run_id, tag, deadline - time.monotonic())
        if self.scenario.cloned:
            self.check_clone()
        if self.scenario.harm and self.rig.kind.agent_server and self.scenario.runs == 1:
            self.check_calls()

    def check(self, run_id, tag, seconds):
        run = wait(max(seconds, 1), f"{self.scenario.status} of {run_id}", lambda: self.ended(run_id))
        reason = (run["status_reason"] or {}).get("code")
        self.seen["ended"] = f"{run['status']} {reason or ''}".strip()
        expect("status", (run["status"], reason), (self.scenario.status, self.scenario.reason))
        texts = 2 if self.scenario.answer or self.told_to_go_on() else 1
        server, conversation = self.place(run_id)
        held = [bare(one) for each in self.rig.servers for one in each.holding(tag)]
        # the events of an app server come up to half a minute late
        messages = wait(60, "the user's messages", lambda: len(server.prompts(conversation)) >= texts and server.prompts(conversation))
        asked = self.rig.asked(tag)
        self.counts += collections.Counter(conversations=len(held), messages=len(messages), prompts=asked["prompts"])
        self.seen |= self.counts
        expect("conversations", held, [bare(conversation)])
        expect("user messages", len(messages), texts)
        expect("prompts at the model", (asked["prompts"], asked["copies"]), (1, 1))

    def told_to_go_on(self):
        """Whether the runner had to write to the agent so that it went on: V0 knows no other way."""
        return self.scenario.harm == "kill_server" and self.rig.kind.dialect == "app-v0"

    def place(self, run_id):
        """The server and the conversation of a run."""
        detail = self.runner.api("GET", f"/runs/{run_id}/detail")
        index = int(detail["backend"]["name"].removeprefix("server-"))
        return self.rig.servers[index], detail["conversation_id"]

    def status(self, run_id):
        return (tolerant(lambda: self.runner.api("GET", f"/runs/{run_id}")) or {}).get("status")

    def ended(self, run_id):
        run = tolerant(lambda: self.runner.api("GET", f"/runs/{run_id}"))
        return run if run and run["status"] in TERMINAL | {self.scenario.status} else None

    def at_work(self):
        """Waits until the agent of the first run works, and of all when there are several."""
        for run_id in self.run_ids:
            wait(self.patience * 240, "the agent at work", lambda: self.works(run_id))

    def works(self, run_id):
        status = self.status(run_id)
        expect("an end before the harm", status if status in TERMINAL else None, None)
        if status != "RUNNING":
            return False
        server, conversation = self.place(run_id)
        return tolerant(lambda: server.working(conversation))

    def cancel(self):
        self.at_work()
        self.runner.api("POST", f"/runs/{self.run_ids[0]}/cancel")

    def kill_server(self):
        self.at_work()
        self.rig.server.process.kill()
        time.sleep(3)  # long enough for a look that finds nobody
        self.rig.server.start()

    def pause_sandbox(self):
        """What an app server does to the oldest sandbox when another one needs the room."""
        self.at_work()
        server, conversation = self.place(self.run_ids[0])
        server.pause_sandbox(conversation)

    def kill_runner(self):
        self.at_work()
        time.sleep(10)  # some looks that find the agent in the midst of a command
        self.kill_runner_at_once()

    def kill_runner_at_once(self):
        time.sleep(0.2)  # about as long as a start takes
        self.runner.process.kill()
        self.runner.start()

    def check_clone(self):
        _, conversation = self.place(self.run_ids[0])
        folder = self.rig.server.get(f"/api/conversations/{conversation}")["workspace"]["working_dir"]
        expect("clone in the working directory", pathlib.Path(folder, "README.md").is_file(), True)

    def check_calls(self):
        with open(self.rig.server.log, "rb") as log:
            log.seek(self.log_from)
            counts = looks.quiet(log.read().decode(errors="replace"), str(uuid_of(self.run_ids[0])))
        self.seen["calls"] = f"{len(counts)}, calls {max(counts)}" if counts else "none"
        if max(counts, default=0) > MOST_CALLS:
            raise Failed(f"calls of looks that found nothing new: {counts} instead of {MOST_CALLS} at most")

    def attempt(self, action):
        """What went wrong, if anything did."""
        try:
            action()
        except (Failed, OSError, KeyError, TypeError, ValueError) as error:
            return str(error) if isinstance(error, Failed) else f"{type(error).__name__}: {error}"

    def row(self, failure):
        return Row(self.scenario.name, time.monotonic() - self.begun, failure=failure, **self.seen)


def expect(what, found, wanted):
    if found != wanted:
        raise Failed(f"{what}: {found!r} instead of {wanted!r}")


def bare(conversation):
    return conversation.replace("-", "")


def uuid_of(run_id):
    number = 0
    for letter in run_id.removeprefix("run_"):
        number = number * 32 + CROCKFORD.index(letter)
    return uuid.UUID(int=number)


def play(rig, scenarios):
    """Plays those that harm nobody at once, the others one by one after."""
    for together in ([s for s in scenarios if not s.harm], *([s] for s in scenarios if s.harm)):
        plays = [Play(rig, scenario) for scenario in together]
        failures = [one.attempt(one.begin) for one in plays]
        for one, failure in zip(plays, failures):
            yield one.row(failure or one.attempt(one.finish))


def smoke(options, name, python):
    """Plays the scenarios against one kind of server and tells whether all went well."""
    kind = KINDS[name]
    folder = pathlib.Path(tempfile.mkdtemp(prefix="openhands-smoke."))
    wanted = [one for one in SCENARIOS if name in one.kinds and one.name in (options.scenario or {one.name})]
    well = True
    with contextlib.ExitStack() as stack:
        try:
            rig = Rig(options, kind, python, folder, stack)
            if options.only != "contract":
                print(f"{kind.title}: runs\n{HEAD}", flush=True)
                for row in play(rig, wanted):
                    print(row, flush=True)
                    well = well and not row.failure
            if options.only != "runs" and kind.count == 1:
                print(f"{kind.title}: contract", flush=True)
                well = contract.play(rig, options.row) and well
        except Failed as failure:
            print(f"FAIL  {failure}", flush=True)
            well = False
    if well:
        shutil.rmtree(folder, ignore_errors=True)
    else:
        print(f"      logs: {folder}")
    return well


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--server", action="append", required=True, help="NAME=PYTHON of its environment")
    parser.add_argument("--scenario", action="append", choices=[scenario.name for scenario in SCENARIOS])
    parser.add_argument("--only", choices=["runs", "contract"])
    parser.add_argument("--row", default="")
    parser.add_argument("--java", required=True)
    parser.add_argument("--jar", required=True)
    options = parser.parse_args()
    for number in (signal.SIGTERM, signal.SIGALRM):
        signal.signal(number, lambda received, _: sys.exit(128 + received))
    signal.alarm(LIMIT)
    servers = [server.split("=", 1) for server in options.server]
    results = {name: smoke(options, name, python) for name, python in servers}
    print(", ".join(f"{name}: {'ok' if well else 'FAIL'}" for name, well in results.items()))
    sys.exit(0 if all(results.values()) else 1)


if __name__ == "__main__":
    main()
