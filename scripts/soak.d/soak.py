"""Keeps runs going while everything around the runner fails; see scripts/soak."""

import argparse
import contextlib
import hashlib
import hmac
import http.client
import json
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "bench.d"))

from bench import ROOT, TARGET, TOKEN, Failed, Postgres, free_port  # noqa: E402
from history import TERMINAL, History  # noqa: E402
from looks import Process  # noqa: E402

CLIENTS = 8
SECRET = "soak-secret-of-the-git-host"
MARK = "soak-prompt"
PATIENCE = 300  # seconds after the faults in which everything must end
WANTED_P99 = 0.25
SCENARIOS = ["long steps=10 seconds=14", "long steps=14 seconds=9", "finish tasks=5 seconds=20", "text"]
SERVER_FAULTS = [
    {"do": "answer", "status": 500}, {"do": "answer", "status": 503, "headers": {"Retry-After": "3"}},
    {"do": "answer", "status": 401}, {"do": "answer", "status": 404, "body": "<html>not here</html>", "type": "text/html"},
    {"do": "answer", "status": 200, "body": "<html>log in</html>", "type": "text/html"},
    {"do": "answer", "status": 502, "effect": True}, {"do": "hang_up"}, {"do": "hang_up", "effect": True},
    {"do": "delay", "seconds": 4}, {"do": "truncate", "bytes": 40}, {"do": "trickle", "seconds": 3}, {"do": "garbage"},
    {"do": "deaf", "seconds": 8},
]


class Stage:
    """The runner and everything around it."""

    def __init__(self, java, folder, stack):
        self.java, self.folder = pathlib.Path(java) / "bin/java", folder
        self.env = {k: v for k, v in os.environ.items() if not k.startswith(("OPENHANDS_", "DATABASE", "PG", "PORT"))}
        self.postgres = Postgres(self.java, folder)
        stack.callback(self.postgres.control, "stop", "--mode=fast")
        self.server = f"http://127.0.0.1:{free_port()}"
        simulator = Process(self.java, "simulator", [],
                            ["simulate", "--port", self.server.rpartition(":")[2], "--max-runs", "5000"], self.env, folder)
        stack.callback(simulator.stop)
        simulator.wait_for(self.server + "/server_info")
        self.port, self.runner = free_port(), None
        self.start_runner()
        stack.callback(lambda: self.runner.stop())

    def start_runner(self):
        servers = ",".join(f"server-{n}={self.server};max=1000" for n in range(2))
        self.runner = Process(self.java, "runner", ["-XX:+UseSerialGC"],
                              ["serve", "--port", str(self.port), "--data", self.folder / "data"],
                              self.env | {"DATABASE_URL": self.postgres.url(), "OPENHANDS_BASE_URL": servers,
                                          "OPENHANDS_SECURITY_API_TOKENS": TOKEN, "LOG_LEVEL": "ERROR",
                                          "GITHUB_WEBHOOK_SECRET": SECRET}, self.folder)
        self.runner.wait_for(f"http://127.0.0.1:{self.port}/health/live")

    def control(self, method, path, body=None):
        request = urllib.request.Request(self.server + "/_simulator" + path, method=method,
                                         data=None if body is None else json.dumps(body).encode())
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)

    def sql(self, text):
        return subprocess.run(["psql", "-XAtqc", text, self.postgres.url()], capture_output=True, text=True, timeout=60).stdout


class Nemesis:
    """Makes one thing after the other fail."""

    def __init__(self, stage, choice):
        self.stage, self.choice, self.done = stage, choice, {}
        self.kinds = [self.server_errs] * 6 + [self.server_restarts, self.server_stops, self.runner_stops,
                                               self.runner_is_killed, self.database_restarts, self.database_crashes,
                                               self.connections_are_cut, self.table_is_locked]

    def work(self, until):
        first = list(dict.fromkeys(self.kinds))  # every kind at least once
        while time.monotonic() < until:
            kind = first.pop() if first else self.choice.choice(self.kinds)
            self.done[kind.__name__] = self.done.get(kind.__name__, 0) + 1
            kind()
            time.sleep(self.choice.uniform(2, 6))
        self.stage.control("DELETE", "/faults")

    def server_errs(self):
        rules = [fault_rule(self.choice) for _ in range(self.choice.randint(1, 3))]
        self.stage.control("POST", "/faults", rules)
        time.sleep(self.choice.uniform(4, 15))
        self.stage.control("DELETE", "/faults")

    def server_restarts(self):
        self.stage.control("POST", "/restart")

    def server_stops(self):
        self.stage.control("POST", "/faults", [{"do": "deaf", "seconds": 30, "times": 1}])
        time.sleep(5)
        self.stage.control("DELETE", "/faults")

    def runner_stops(self):
        self.stage.runner.child.send_signal(signal.SIGSTOP)
        time.sleep(self.choice.uniform(0.5, 2))
        self.stage.runner.child.send_signal(signal.SIGCONT)

    def runner_is_killed(self):
        self.stage.runner.child.kill()
        self.stage.runner.child.wait()
        self.stage.start_runner()

    def database_restarts(self):
        self.stage.postgres.control("restart", "--mode=fast")

    def database_crashes(self):
        self.stage.postgres.control("restart", "--mode=immediate")

    def connections_are_cut(self):
        self.stage.sql("select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and backend_type = 'client backend'")

    def table_is_locked(self):
        self.stage.sql("begin; lock table run in access exclusive mode; select pg_sleep(1.5); commit")


def fault_rule(choice):
    return {"probability": choice.choice([0.1, 0.4, 0.8]),
            "method": choice.choice(["GET", "POST", ".*"])} | choice.choice(SERVER_FAULTS)


class Clients:
    """People's programs: they keep so many runs active."""

    def __init__(self, stage, runs, history, seed):
        self.stage, self.runs, self.history, self.seed = stage, runs, history, seed
        self.lock, self.active, self.number = threading.Lock(), {}, 0
        self.local = threading.local()

    def call(self, method, path, body=None, headers=None):
        """Status and JSON; None where nothing was answered."""
        headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"} | (headers or {})
        data = body if isinstance(body, (bytes, type(None))) else json.dumps(body).encode()
        try:
            if getattr(self.local, "connection", None) is None:
                self.local.connection = http.client.HTTPConnection("127.0.0.1", self.stage.port, timeout=30)
            self.local.connection.request(method, path, data, headers)
            answer = self.local.connection.getresponse()
            return answer.status, json.loads(answer.read() or b"null")
        except (OSError, http.client.HTTPException):
            with contextlib.suppress(Exception):
                self.local.connection.close()
            self.local.connection = None
            return None, None

    def work(self, number, until):
        choice = random.Random(self.seed * 1000 + number)
        while time.monotonic() < until:
            if len(self.active) < self.runs:
                self.create(choice)
            acts = [self.read] * 12 + [self.write, self.cancel, self.deliver, self.deliver]
            choice.choice(acts)(choice)
            if number == 0 and choice.random() < 0.02:
                self.list()

    def create(self, choice):
        with self.lock:
            self.number += 1
            number = self.number
        key = f"key-{number}" if choice.random() < 0.7 else None
        body = {"project_id": f"project-{number % 7}", "repository": "acme/widgets" if number % 3 == 0 else None,
                "compiled_prompt": f"{MARK} [[scenario: {choice.choice(SCENARIOS)}]] number {number}"}
        for _ in range(20 if key else 1):  # without a key a repeat would be another run
            asked = time.monotonic()
            status, run = self.call("POST", "/runs", body, {"Idempotency-Key": key} if key else {})
            self.history.count("create", status)
            if status in (200, 201):
                self.history.created(key, run, asked)
                with self.lock:
                    self.active[run["run_id"]] = run
                if not key or choice.random() < 0.8:
                    return
            time.sleep(0.2)

    def some(self, choice):
        with self.lock:
            ids = list(self.active)
        return choice.choice(ids) if ids else None

    def read(self, choice):
        run = self.some(choice)
        if run:
            self.look(run)

    def look(self, run):
        asked = time.monotonic()
        status, body = self.call("GET", f"/runs/{run}")
        self.history.count("read", status)
        if status == 200:
            self.history.saw(body, asked, time.monotonic() - asked)
            if body["status"] in TERMINAL:
                with self.lock:
                    self.active.pop(run, None)
            return body
        return None

    def write(self, choice):
        run = self.some(choice)
        if run:
            status, _ = self.call("POST", f"/runs/{run}/messages", {"text": f"Mind the {choice.random()}"},
                                  {"Idempotency-Key": f"message-{choice.random()}"})
            self.history.count("write", status)

    def cancel(self, choice):
        run = self.some(choice)
        if run and choice.random() < 0.3:
            status, _ = self.call("POST", f"/runs/{run}/cancel")
            self.history.count("cancel", status)
            if status == 202:
                self.history.cancel(run)

    def deliver(self, choice):
        """A pull request of a run, often before its agent is done; one in three twice, one in ten forged."""
        run = self.some(choice)
        if not run or not self.active.get(run, {}).get("repository") or choice.random() < 0.7:
            return
        number = int(hashlib.sha256(run.encode()).hexdigest()[:6], 16)
        payload = json.dumps(pull_request(run, number)).encode()
        secret = "forged" if choice.random() < 0.1 else SECRET
        signature = "sha256=" + hmac.new(secret.encode(), payload, hashlib.sha256).hexdigest()
        for _ in range(2 if choice.random() < 0.3 else 1):
            status, _ = self.call("POST", "/webhooks/github", payload,
                                  {"X-GitHub-Event": "pull_request", "X-GitHub-Delivery": f"delivery-{run}",
                                   "X-Hub-Signature-256": signature})
            self.history.count("deliver" if secret == SECRET else "forge", status)

    def list(self):
        begun, ids, cursor = time.monotonic(), set(), None
        while True:
            status, page = self.call("GET", "/runs?limit=100" + (f"&cursor={cursor}" if cursor else ""))
            self.history.count("list", status)
            if status != 200:
                return
            ids.update(run["run_id"] for run in page["runs"])
            cursor = page["next_cursor"]
            if not cursor:
                self.history.listed(begun, ids)
                return


def pull_request(run, number):
    repository = {"id": 4242, "full_name": "acme/widgets", "html_url": "https://github.com/acme/widgets"}
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    return {"action": "opened", "number": number, "repository": repository, "pull_request": {
        "id": number, "number": number, "state": "open", "draft": False, "merged": False, "title": "Widgets", "body": "",
        "html_url": f"https://github.com/acme/widgets/pull/{number}", "created_at": now, "updated_at": now,
        "head": {"ref": f"openhands/{run}", "sha": hashlib.sha256(run.encode()).hexdigest()[:40], "repo": repository},
        "base": {"ref": "main", "sha": "0" * 40, "repo": repository}}}


def settle(clients, history):
    """Lets everything end, and reads how each run did."""
    end = time.monotonic() + PATIENCE
    final = {}
    while time.monotonic() < end and len(final) < len(history.accepted):
        for run in [run for run in history.accepted if run not in final]:
            body = clients.look(run)
            if body and body["status"] in TERMINAL:
                final[run] = body
            elif body and body["status"] == "AWAITING_INPUT":  # nobody answers any more
                clients.call("POST", f"/runs/{run}/cancel")
        time.sleep(2)
    for run in history.accepted:
        if run not in final and (body := clients.look(run)):
            final[run] = body
    return final


def doubled(stage):
    """How many conversations and prompts the simulated server has, and how many runs have a conversation."""
    conversations = stage.control("GET", "/stats")["conversations"]
    prompts = stage.control("GET", f"/stats?contains={MARK}")["prompts"]
    runs = int(stage.sql("select count(*) from run where conversation_id is not null").strip())
    working = stage.sql("select count(*) from run where agent_state in ('starting', 'working', 'interrupted')").strip()
    return conversations, prompts, runs, working


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--java", required=True)
    parser.add_argument("--minutes", type=int, default=10)
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    TARGET.mkdir(exist_ok=True)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="soak.", dir=TARGET))
    history = History()
    try:
        with contextlib.ExitStack() as stack:
            stage = Stage(arguments.java, folder, stack)
            clients = Clients(stage, arguments.runs, history, arguments.seed)
            choice = random.Random(arguments.seed)
            while len(clients.active) < arguments.runs:
                clients.create(choice)
            print(f"{len(clients.active)} runs are active", flush=True)
            nemesis = Nemesis(stage, choice)
            until = time.monotonic() + arguments.minutes * 60
            threads = [threading.Thread(target=clients.work, args=(number, until)) for number in range(CLIENTS)]
            for thread in threads:
                thread.start()
            nemesis.work(until)
            for thread in threads:
                thread.join()
            p99 = history.p99()
            print(f"{len(history.accepted)} runs accepted; faults: {nemesis.done}", flush=True)
            begin = time.monotonic()
            final = settle(clients, history)
            took = time.monotonic() - begin
            conversations, prompts, runs, working = doubled(stage)
    except (Failed, OSError, subprocess.SubprocessError) as error:
        print(f"soak: {error}\nlogs are in {folder}", file=sys.stderr)
        return 2
    lines = history.broken(final)
    if not prompts == conversations <= runs:  # a run that was cancelled in time has the id of one that never was
        lines.append(f"I3 {runs} runs with a conversation, {conversations} conversations, {prompts} prompts")
    if working != "0":
        lines.append(f"I12 {working} agents may still be at work")
    if p99 >= WANTED_P99:
        lines.append(f"p99 of GET /runs/{{id}} is {p99:.3f} s")
    statuses = {status: sum(run["status"] == status for run in final.values()) for status in sorted(TERMINAL)}
    print(f"after the faults everything ended in {took:.0f} s: {statuses}")
    print(f"{len(history.gets)} answered reads, p99 {p99 * 1000:.0f} ms (wanted: below {WANTED_P99 * 1000:.0f})")
    print(f"{conversations} conversations, {prompts} prompts, {runs} runs with a conversation")
    print("answers: " + ", ".join(f"{what} {status} {count}" for (what, status), count in sorted(history.answers.items(), key=str)))
    print("\n".join(lines[:50]) if lines else "0 lost, 0 doubled, every promise kept")
    if not lines:
        shutil.rmtree(folder)
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
