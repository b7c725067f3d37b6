"""Measures one process that looks at many agents; see scripts/bench --looks."""

import argparse
import concurrent.futures
import contextlib
import http.client
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

from bench import JVM, ROOT, TARGET, TOKEN, Failed, Function, Postgres, free_port

JAR = ROOT / "standalone/target/openhands-runner.jar"
FLAGS = [flag for flag in JVM if "Tiered" not in flag]  # this process lives for days: both compilers
ROUND = 15  # seconds in which every agent is to be looked at
WARM = 6  # rounds before the judged ones: the JVM compiles, and fresh agents are looked at more often anyway
STEP = 900  # seconds that an agent takes for a step: most looks find nothing new
WANTED_PER_REQUEST = 20
PLACES = 1000  # the most that a backend may have: more agents are spread over several names of one server


class Process(Function):
    """A command of the standalone's jar, in a process of its own."""

    def __init__(self, java, name, flags, arguments, env, folder):
        self.name, self.log = name, folder / f"{name}.log"
        with open(self.log, "ab") as out:
            self.child = subprocess.Popen([java, *flags, "-jar", JAR, *arguments], env=env, stdout=out, stderr=out,
                                          stdin=subprocess.DEVNULL)

    def wait_for(self, url):
        end = time.monotonic() + 60
        while time.monotonic() < end and self.child.poll() is None:
            with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=5):
                return
            time.sleep(0.1)
        raise Failed(f"{self.name} did not start, see {self.log}")


class Crowd:
    """A runner with agents at work on a simulated agent-server."""

    def __init__(self, java, agents, folder, stack):
        self.agents = agents
        env = {k: v for k, v in os.environ.items() if not k.startswith(("OPENHANDS_", "DATABASE", "PG", "PORT"))}
        self.postgres = Postgres(java, folder)
        stack.callback(self.postgres.control, "stop", "--mode=fast")
        self.server = f"http://127.0.0.1:{free_port()}"
        simulator = Process(java, "simulator", [],
                            ["simulate", "--port", self.server.rpartition(":")[2], "--max-runs", str(agents)], env, folder)
        stack.callback(simulator.stop)
        simulator.wait_for(self.server + "/server_info")
        self.port = free_port()
        self.runner = Process(java, "runner", FLAGS,
                              ["serve", "--port", str(self.port), "--data", folder / "data"],
                              env | {"DATABASE_URL": self.postgres.url(),
                                     "OPENHANDS_BASE_URL": ",".join(
                                         f"server-{n}={self.server};max={PLACES}" for n in range(-(-agents // PLACES))),
                                     "OPENHANDS_SECURITY_API_TOKENS": TOKEN, "LOG_LEVEL": "WARNING"}, folder)
        stack.callback(self.runner.stop)
        self.runner.wait_for(f"http://127.0.0.1:{self.port}/health/live")

    def sql(self, *statements):
        """What they answer, each in a transaction of its own."""
        options = [option for text in statements for option in ("-c", text)]
        done = subprocess.run(["psql", "-XAtq", *options, self.postgres.url()], capture_output=True, text=True,
                              timeout=60)
        if done.returncode:
            raise Failed(f"psql: {done.stderr}")
        return done.stdout.strip()

    def requests(self):
        with urllib.request.urlopen(self.server + "/_simulator/stats", timeout=30) as answer:
            return sum(json.load(answer)["requests"].values())

    def start(self):
        """Has every agent start, and be seen at work."""
        local = threading.local()

        def post(number):
            if not hasattr(local, "connection"):
                local.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
            prompt = f"[[scenario: long steps=1000 seconds={STEP}]] agent {number}"
            for _ in range(60):
                local.connection.request("POST", "/runs",
                                         json.dumps({"project_id": "bench", "compiled_prompt": prompt}),
                                         {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json",
                                          "Idempotency-Key": f"agent-{number}"})
                answer = local.connection.getresponse()
                body = answer.read()
                if answer.status in (200, 201):
                    return
                if answer.status != 503:  # too much at once, as starts of thousands are
                    break
                time.sleep(1)
            raise Failed(f"POST /runs answered {answer.status}: {body[:300]}")

        with concurrent.futures.ThreadPoolExecutor(8) as threads:
            list(threads.map(post, range(self.agents)))
        end = time.monotonic() + 1800
        while time.monotonic() < end:
            if int(self.sql("select count(*) from run where agent_state = 'working'")) == self.agents:
                return
            time.sleep(2)
        raise Failed("not every agent was started: " + self.sql("select status, agent_state, reason_code, count(*) from run group by 1, 2, 3"))

    def look(self):
        """One round. Every look is brought into it, as a push would; the runner would wait longer for quiet agents.

        All are due before the round's last five seconds, however long it takes to say so.
        """
        requests, begin = self.requests(), time.monotonic()
        parts = self.agents // 100  # one statement for all would lock every run for seconds, as no push does
        looks = int(self.sql(
            f"create temp table before as select id, poll_epoch, row_number() over () % {parts} as part, now() as at from run",
            *(f"with locked as (select id from run where id in (select id from before where part = {part})"
              " order by id for update)"
              " update run r set wake_no = wake_no + 1,"
              f" next_poll_at = least(next_poll_at, b.at + random() * interval '{ROUND - 5} seconds')"
              " from locked join before b using (id) where r.id = locked.id" for part in range(parts)),
            f"select pg_sleep({ROUND} - extract(epoch from now() - at)) from before limit 1",
            "select count(*) from run join before b using (id) where run.poll_epoch > b.poll_epoch",
        ).split()[-1])
        took = time.monotonic() - begin
        return looks, self.requests() - requests, took, self.runner.memory()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--java", required=True)
    parser.add_argument("--quick", action="store_true")
    arguments = parser.parse_args()
    agents, rounds = (1000, 3) if arguments.quick else (10_000, 8)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="looks.", dir=TARGET))
    try:
        with contextlib.ExitStack() as stack:
            begin = time.monotonic()
            crowd = Crowd(pathlib.Path(arguments.java) / "bin/java", agents, folder, stack)
            crowd.start()
            print(f"{agents} agents at work after {time.monotonic() - begin:.0f} s")
            measured = []
            for number in range(WARM + rounds):
                looks, requests, took, memory = crowd.look()
                if number >= WARM:
                    measured.append((looks, requests, memory))
                print(f"round {number + 1}{'' if number >= WARM else ' (warming up)'}: {looks} of {agents} looked at in "
                      f"{took:.1f} s with {requests} requests, {looks / max(1, requests):.0f} a request, {memory:.0f} MB",
                      flush=True)
            peak = crowd.runner.peak_memory()
    except (Failed, OSError, subprocess.SubprocessError) as error:
        print(f"bench: {error}\nlogs are in {folder}", file=sys.stderr)
        return 2
    shutil.rmtree(folder)
    all_looked = all(looks == agents for looks, _, _ in measured)
    per_request = sum(looks for looks, _, _ in measured) / max(1, sum(requests for _, requests, _ in measured))
    half = rounds // 2
    growth = max(m for _, _, m in measured[half:]) / max(m for _, _, m in measured[:half])
    print(f"every agent looked at every {ROUND} s: {'yes' if all_looked else 'NO'}")
    print(f"agents a request: {per_request:.0f} (wanted: at least {WANTED_PER_REQUEST})")
    print(f"memory: peak {peak:.0f} MB, second half of the rounds {growth:.2f} times the first (wanted: at most 1.1)")
    return 0 if all_looked and per_request >= WANTED_PER_REQUEST and growth <= 1.1 else 1


if __name__ == "__main__":
    sys.exit(main())
