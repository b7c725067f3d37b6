"""Drives real runs through the runner's HTTP API against real agent-servers; see scripts/smoke."""

import argparse
import contextlib
import dataclasses
import pathlib
import shutil
import signal
import sys
import tempfile
import time
import uuid

import looks
from rig import LLM_KEY, Failed, Rig, tolerant, wait

CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"
TERMINAL = {"COMPLETED", "FAILED", "CANCELLED", "TIMED_OUT"}
LIMIT = 60 * 60  # seconds for everything
MOST_CALLS = 2  # of a look that finds nothing new


@dataclasses.dataclass(frozen=True)
class Scenario:
    """A run to make, what happens to it, and how it must end."""

    name: str
    marker: str
    status: str
    reason: str | None = None
    request: dict = dataclasses.field(default_factory=dict)
    llm_key: str = LLM_KEY
    cloned: bool = False
    harm: str | None = None  # what is done meanwhile, to the harm of others: played alone
    seconds: int = 180  # within which it must end


SCENARIOS = (
    Scenario("finish", "finish", "COMPLETED"),
    Scenario("text", "text", "AWAITING_INPUT", "answered_in_text"),
    Scenario("stuck", "stuck", "FAILED", "agent_stuck"),
    Scenario("iteration-limit", "max-iterations", "FAILED", "iteration_limit", {"max_iterations": 3}),
    Scenario("wrong-llm-key", "finish", "FAILED", "llm_authentication", llm_key="sk-wrong"),
    Scenario("clone", "finish", "COMPLETED", request={"repository": "acme/widgets"}, cloned=True),
    Scenario("server-killed", "long steps=4 seconds=4", "COMPLETED", harm="kill_server"),
    Scenario("runner-killed", "long steps=3 seconds=8", "COMPLETED", harm="kill_runner"),
    # the look that was cut off holds its lease of two minutes
    Scenario("runner-killed-at-start", "finish", "COMPLETED", harm="kill_runner_at_once", seconds=300),
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

    def begin(self):
        self.tag = f"smoke-{uuid.uuid4().hex}"
        prompt = f"[[scenario: {self.scenario.marker}]] {self.tag}: build it"
        self.runner = self.rig.runner(self.scenario.llm_key)
        body = {"project_id": "smoke", "compiled_prompt": prompt} | self.scenario.request
        self.run_id = self.runner.api("POST", "/runs", body)["run_id"]
        self.conversation = str(uuid_of(self.run_id))

    def finish(self):
        """Waits for the end of the run and checks it from all sides."""
        if self.scenario.harm:
            getattr(self, self.scenario.harm)()
        run = wait(self.scenario.seconds, self.scenario.status, self.ended)
        reason = (run["status_reason"] or {}).get("code")
        self.seen["ended"] = f"{run['status']} {reason or ''}".strip()
        conversations = self.rig.server.holding(self.tag)
        messages = len(self.rig.server.prompts(self.conversation))
        asked = self.rig.asked(self.tag)
        self.seen |= {"conversations": len(conversations), "messages": messages, "prompts": asked["prompts"]}
        expect("status", (run["status"], reason), (self.scenario.status, self.scenario.reason))
        expect("conversations", conversations, [self.conversation])
        expect("user messages", messages, 1)
        expect("prompts at the model", (asked["prompts"], asked["copies"]), (1, 1))
        if self.scenario.cloned:
            self.check_clone()
        if self.scenario.harm:
            self.check_calls()

    def ended(self):
        run = tolerant(lambda: self.runner.api("GET", f"/runs/{self.run_id}"))
        return run if run and run["status"] in TERMINAL | {self.scenario.status} else None

    def at_work(self):
        wait(60, "the agent at work", lambda: tolerant(lambda: self.rig.server.working(self.conversation)))

    def kill_server(self):
        self.at_work()
        self.rig.server.process.kill()
        time.sleep(3)  # long enough for a look that finds nobody
        self.rig.server.start()

    def kill_runner(self):
        self.at_work()
        time.sleep(10)  # some looks that find the agent in the midst of a command
        self.kill_runner_at_once()

    def kill_runner_at_once(self):
        time.sleep(0.2)  # about as long as a start takes
        self.runner.process.kill()
        self.runner.start()

    def check_clone(self):
        folder = self.rig.server.get(f"/api/conversations/{self.conversation}")["workspace"]["working_dir"]
        expect("clone in the working directory", pathlib.Path(folder, "README.md").is_file(), True)

    def check_calls(self):
        with open(self.rig.server.log, "rb") as log:
            log.seek(self.log_from)
            counts = looks.quiet(log.read().decode(errors="replace"), self.conversation)
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


def smoke(options, version, python, scenarios):
    """Plays the scenarios against one agent-server and tells whether all went well."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="openhands-smoke."))
    print(f"agent-server {version}\n{HEAD}", flush=True)
    well = True
    with contextlib.ExitStack() as stack:
        try:
            rig = Rig(options, python, folder, stack)
            for row in play(rig, scenarios):
                print(row, flush=True)
                well = well and not row.failure
        except Failed as failure:
            print(f"FAIL  {failure}", flush=True)
            well = False
    if well:
        shutil.rmtree(folder, ignore_errors=True)
    else:
        print(f"      logs: {folder}")
    return well


def main():
    names = [scenario.name for scenario in SCENARIOS]
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--server", action="append", required=True, help="VERSION=PYTHON of its environment")
    parser.add_argument("--scenario", action="append", choices=names)
    parser.add_argument("--java", required=True)
    parser.add_argument("--jar", required=True)
    options = parser.parse_args()
    for number in (signal.SIGTERM, signal.SIGALRM):
        signal.signal(number, lambda received, _: sys.exit(128 + received))
    signal.alarm(LIMIT)
    scenarios = [scenario for scenario in SCENARIOS if scenario.name in (options.scenario or names)]
    servers = [server.split("=", 1) for server in options.server]
    results = {version: smoke(options, version, python, scenarios) for version, python in servers}
    print(", ".join(f"{version}: {'ok' if well else 'FAIL'}" for version, well in results.items()))
    sys.exit(0 if all(results.values()) else 1)


if __name__ == "__main__":
    main()
