"""Measures the functions against their parts; see scripts/bench."""

import argparse
import contextlib
import dataclasses
import os
import pathlib
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
TARGET = HERE / "target"
CLIENTS, RUNS, ROUNDS = 16, 20_000, 3
TOKEN = "bench-token-of-32-characters-or-so"
PROMPT = "Make the checkout faster: " + "measure first, then change one thing at a time. " * 20
PREFIX = "lpad(:n::text, 32, '0')"
# For a function with 512 MiB, of which the platform itself tells the JVM by MaxRAM. A small
# heap with the serial collector, and no second compiler, because an instance lives for minutes.
JVM = [
    "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:MaxRAM=512m", "-XX:MaxRAMPercentage=70",
    "-XX:+ExitOnOutOfMemoryError",
]
# The settings that the functions ask for on every connection.
SESSION = "-c statement_timeout=5000 -c lock_timeout=2000 -c idle_in_transaction_session_timeout=5000"


class Failed(Exception):
    """The bench itself cannot go on."""


@dataclasses.dataclass(frozen=True)
class Pace:
    """How long things are measured, in seconds, and how often a function is started in a round."""

    warm_up: int
    load: int
    starts: int


FULL, QUICK = Pace(10, 8, 3), Pace(4, 3, 1)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def run(command, **options):
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300, **options)
    if done.returncode != 0:
        raise Failed(f"{command[0]} failed: {done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done.stdout


class Postgres:
    """The runner's own PostgreSQL, migrated, on a folder that goes away."""

    def __init__(self, java, folder):
        self.folder, self.port = folder, free_port()
        environment = {k: v for k, v in os.environ.items() if "DATABASE" not in k and "PG" not in k}
        jar = ROOT / "standalone/target/openhands-runner.jar"
        run([java, "-jar", jar, "migrate", "up", "--data", folder], env=environment)
        self.control("start", f"--log={folder}/postgres.log",
                     f"--options=-c listen_addresses=127.0.0.1 -c port={self.port} -c unix_socket_directories=")

    def control(self, action, *options):
        # PostgreSQL refuses to run as root; in a user namespace of its own it does not
        before = ["unshare", "--user"] if os.geteuid() == 0 else []
        program = self.folder / "postgres-binaries/bin/pg_ctl"
        with open(self.folder / "pg_ctl.log", "ab") as log:  # no pipe: the server would hold it open
            subprocess.run([*before, program, f"--pgdata={self.folder}/postgres", "--wait", *options, action],
                           stdout=log, stderr=log, check=True, timeout=60)

    def url(self):
        return f"postgresql://postgres@127.0.0.1:{self.port}/postgres?sslmode=disable"

    def pgbench(self, script, *options):
        """What pgbench says of a script, run from its beginning to its end as one transaction."""
        file = self.folder / "script.sql"
        file.write_text(script)
        environment = os.environ | {"PGOPTIONS": SESSION if options else ""}
        return run(["pgbench", "--no-vacuum", "--host=127.0.0.1", f"--port={self.port}", "--username=postgres",
                    f"--file={file}", *(options or ["--transactions=1"]), "postgres"], env=environment)

    def rate(self, statement, connections, seconds):
        """Statements a second."""
        script, variables = script_of(statement)
        said = self.pgbench(script, "--protocol=prepared", f"--client={connections}", "--jobs=1",
                            f"--time={seconds}", *variables)
        if "number of failed transactions: 0 " not in said:
            raise Failed(f"pgbench: {said}")
        return float(re.search(r"^tps = ([0-9.]+)", said, re.M)[1])

    def seed(self):
        """RUNS runs with ids that are easily guessed, as the statement of the store makes them."""
        script, variables = script_of("create", "= lpad('1', 32, '0')::uuid")
        self.pgbench(script, "--protocol=prepared", "--transactions=1", *variables)
        self.pgbench(f"""
            insert into run select copy.* from run r cross join generate_series(2, {RUNS}) n
            cross join lateral jsonb_populate_record(r, jsonb_build_object('id', {PREFIX.replace(':n', 'n')})) copy;
            vacuum analyze;
            """)


def script_of(statement, first=None):
    """A pgbench script of a statement of the store, and the variables that it needs."""
    parameters = (HERE / f"{statement}.parameters").read_text().splitlines()
    if first:
        parameters[0] = first
    text, *rest = (HERE / f"{statement}.sql").read_text().split("?")
    if len(rest) != len(parameters):
        raise Failed(f"{statement}.sql has {len(rest)} parameters, not {len(parameters)}")
    variables = []
    for number, (parameter, after) in enumerate(zip(parameters, rest)):
        if parameter.startswith("= "):
            text += parameter[2:] + after
        else:
            text += f":p{number}" + after
            variables.append(f"--define=p{number}={parameter.replace('{prompt}', PROMPT)}")
    return f"\\set n random(1, {RUNS})\n{text.strip()};\n", variables


class Function:
    """A function under the functions framework, in a process of its own."""

    def __init__(self, java, name, target, classpath, env, folder):
        self.name, self.port = name, free_port()
        invoker = next((TARGET / "invoker").glob("java-function-invoker-*.jar"))
        command = [java, *JVM, "-jar", invoker, "--classpath", classpath,
                   "--target", target, "--port", str(self.port)]
        self.log = folder / f"{name}.log"
        with open(self.log, "ab") as out:
            self.begin = time.monotonic()
            self.child = subprocess.Popen(command, env=env, stdout=out, stderr=out, stdin=subprocess.DEVNULL)

    def first_answer(self, path, wanted):
        """Seconds from the start of the process to the first answer, which must hold `wanted`."""
        request = f"GET {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {TOKEN}\r\nConnection: close\r\n\r\n"
        while time.monotonic() < self.begin + 60:
            if self.child.poll() is not None:
                break
            with contextlib.suppress(ConnectionRefusedError):
                with socket.create_connection(("127.0.0.1", self.port), timeout=30) as connection:
                    connection.sendall(request.encode())
                    answer = b"".join(iter(lambda: connection.recv(65536), b""))
                took = time.monotonic() - self.begin
                if answer.startswith(b"HTTP/1.1 200 ") and wanted in answer:
                    return took
                raise Failed(f"{self.name} answered {answer[:500]!r}, see {self.log}")
            time.sleep(0.002)
        raise Failed(f"{self.name} did not start, see {self.log}")

    def rate(self, script, seconds):
        """Answers a second to wrk."""
        said = run(["wrk", "--threads", "1", "--connections", str(CLIENTS), "--duration", f"{seconds}s",
                    "--script", HERE / script, f"http://127.0.0.1:{self.port}"],
                   env=os.environ | {"BENCH_RUNS": str(RUNS), "BENCH_TOKEN": TOKEN, "BENCH_PROMPT": PROMPT})
        if "Non-2xx" in said or "Socket errors" in said:
            raise Failed(f"{self.name} did not answer everything: {said}, see {self.log}")
        return float(re.search(r"^Requests/sec:\s+([0-9.]+)", said, re.M)[1])

    def peak_memory(self):
        """The most memory that was resident, in MB."""
        return self.memory("VmHWM")

    def memory(self, what="VmRSS"):
        """What is resident now, or another line of the kernel's, in MB."""
        status = pathlib.Path(f"/proc/{self.child.pid}/status").read_text()
        return int(re.search(rf"^{what}:\s+(\d+) kB", status, re.M)[1]) * 1024 / 1e6

    def stop(self):
        self.child.send_signal(signal.SIGTERM)
        try:
            self.child.wait(15)
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait(5)


class Bench:
    """The things that are measured, in one run."""

    def __init__(self, arguments, folder, stack):
        self.java, self.folder, self.stack = f"{arguments.java}/bin/java", folder, stack
        self.pool, self.pace = arguments.pool, QUICK if arguments.quick else FULL
        self.constant_classes = folder / "classes"
        invoker = next((TARGET / "invoker").glob("java-function-invoker-*.jar"))
        run([f"{arguments.java}/bin/javac", "-cp", invoker, "-d", self.constant_classes, HERE / "Constant.java"])
        self.postgres = Postgres(self.java, folder)
        stack.callback(self.postgres.control, "stop", "--mode=fast")
        self.postgres.seed()
        self.environment = {
            "PATH": os.environ.get("PATH", os.defpath), "LANG": "C.UTF-8",
            "DATABASE_URL": self.postgres.url(), "OPENHANDS_DATABASE_POOL_SIZE": str(self.pool),
            "OPENHANDS_SECURITY_API_TOKENS": TOKEN, "OPENHANDS_QUEUE_TYPE": "database",
        }

    def constant(self):
        return Function(self.java, "constant", "Constant", self.constant_classes, self.environment, self.folder)

    def function(self, name, target):
        jar = TARGET / "functions" / name / f"{name}.jar"  # its manifest names the libraries beside it
        return Function(self.java, name, f"dev.build0711.runner.{target}", jar, self.environment, self.folder)

    def get_run(self):
        return self.function("get-run", "getrun.GetRunFunction")

    def create_run(self):
        return self.function("create-run", "createrun.CreateRunFunction")

    def kept(self, function):
        self.stack.callback(function.stop)
        return function

    def cold(self, start):
        function = start()
        try:
            return function.first_answer("/runs/run_" + "1".rjust(26, "0"), b'"project_id":"shop"')
        finally:
            function.stop()

    def cold_starts(self):
        """How many times as long as the constant function get-run takes; the median of some pairs."""
        pairs = [(self.cold(self.constant), self.cold(self.get_run)) for _ in range(self.pace.starts)]
        constant, function = (statistics.median(column) for column in zip(*pairs))
        print(f"  cold start: constant {constant * 1000:.0f} ms, get-run {function * 1000:.0f} ms", flush=True)
        return function / constant

    def throughput(self, name, function, constant, script, statement):
        """The rate of a function as a part of what its parts allow together."""
        f = constant.rate(script, self.pace.load)
        self.postgres.pgbench("checkpoint;")
        p = self.postgres.rate(statement, self.pool, self.pace.load)
        self.postgres.pgbench("checkpoint;")
        rate = function.rate(script, self.pace.load)
        together = 1 / (1 / f + 1 / p)
        print(f"  {name}: f {f:.0f}/s, p {p:.0f}/s, together {together:.0f}/s, measured {rate:.0f}/s", flush=True)
        return rate / together

    def measure(self):
        colds, gets, posts = [], [], []
        constant, get_run, create_run = map(self.kept, (self.constant(), self.get_run(), self.create_run()))
        for function, script in ((constant, "get.lua"), (constant, "post.lua"), (get_run, "get.lua"),
                                 (create_run, "post.lua")):
            time.sleep(3)  # until it listens
            function.rate(script, self.pace.warm_up)
        for number in range(1, ROUNDS + 1):
            print(f"round {number}", flush=True)
            colds.append(self.cold_starts())
            gets.append(self.throughput("GET /runs/{id}", get_run, constant, "get.lua", "find"))
            posts.append(self.throughput("POST /runs", create_run, constant, "post.lua", "create"))
        memory = [get_run.peak_memory()], [create_run.peak_memory()]
        return [
            Line("POST /runs, of what its parts allow", posts, "at least", 0.6),
            Line("GET /runs/{id}, of what its parts allow", gets, "at least", 0.6),
            Line("cold start of get-run, times the constant function's", colds, "at most", 1.6),
            Line("memory of get-run after load, MB", memory[0], "below", 250),
            Line("memory of create-run after load, MB", memory[1], "below", 250),
        ]


@dataclasses.dataclass(frozen=True)
class Line:
    """A figure, and what it has to be; its median is judged."""

    what: str
    values: list
    relation: str
    wanted: float

    def met(self):
        value = statistics.median(self.values)
        return value >= self.wanted if self.relation == "at least" else value <= self.wanted

    def __str__(self):
        low, middle, high = min(self.values), statistics.median(self.values), max(self.values)
        digits = 2 if self.wanted < 10 else 0
        verdict = "met" if self.met() else "MISSED"
        return (f"{self.what:54} {low:7.{digits}f} {middle:7.{digits}f} {high:7.{digits}f}   "
                f"{self.relation} {self.wanted:g}: {verdict}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--java", required=True)
    parser.add_argument("--pool", type=int, required=True)
    parser.add_argument("--quick", action="store_true")
    arguments = parser.parse_args()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="bench.", dir=TARGET))
    try:
        with contextlib.ExitStack() as stack:
            lines = Bench(arguments, folder, stack).measure()
    except (Failed, OSError, subprocess.SubprocessError) as error:
        print(f"bench: {error}\nlogs are in {folder}", file=sys.stderr)
        return 2
    shutil.rmtree(folder)
    print(f"\n{os.cpu_count()} cores, {CLIENTS} clients, {arguments.pool} connections, {ROUNDS} rounds")
    print(f"{'':54} {'min':>7} {'median':>7} {'max':>7}")
    print(*lines, sep="\n")
    return 0 if all(line.met() for line in lines) else 1


if __name__ == "__main__":
    sys.exit(main())
