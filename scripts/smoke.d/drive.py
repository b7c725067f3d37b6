"""Drives real runs through the runner's HTTP API against one real agent-server; see scripts/smoke."""

import argparse
import contextlib
import dataclasses
import functools
import http.server
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
import uuid

import scripted_llm

TOKEN, KEY = "smoke-token", "smoke-key"
CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"
TERMINAL = {"COMPLETED", "FAILED", "CANCELLED", "TIMED_OUT"}
MESSAGES = "kind=openhands.sdk.event.llm_convertible.message.MessageEvent&source=user"


@dataclasses.dataclass(frozen=True)
class Scenario:
    """A run to make, and how it must end."""

    name: str
    marker: str
    status: str
    reason: str | None = None
    request: dict = dataclasses.field(default_factory=dict)
    cloned: bool = False
    killed: bool = False


SCENARIOS = (
    Scenario("finish", "finish", "COMPLETED"),
    Scenario("text", "text", "AWAITING_INPUT"),
    Scenario("stuck", "stuck", "FAILED", "agent_stuck"),
    Scenario("iteration limit", "max-iterations", "FAILED", "iteration_limit", {"max_iterations": 3}),
    Scenario("wrong LLM key", "llm-401", "FAILED", "llm_authentication"),
    Scenario("clone", "finish", "COMPLETED", None, {"repository": "acme/widgets"}, cloned=True),
    Scenario("kill -9 in mid-run", "long steps=4 seconds=4", "COMPLETED", killed=True),
)


class Failed(Exception):
    """A check that did not hold, or a wait that was in vain."""


def wait(seconds, what, check):
    """The first true answer of check, which may fail to connect meanwhile."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError):
            found = check()
            if found:
                return found
        time.sleep(0.3)
    raise Failed(f"not within {seconds} s: {what}")


def call(method, url, headers, body=None):
    """The decoded answer to a request; an answer that is no 2xx is a failure."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, headers | {"Content-Type": "application/json"}, method=method)
    try:
        with OPENER.open(request, timeout=30) as answer:
            return json.loads(answer.read() or b"null")
    except urllib.error.HTTPError as error:
        raise Failed(f"{method} {url}: {error.code} {error.read(500).decode(errors='replace')}") from None


OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # everything is on this machine


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Process:
    """A child process with its log, ended by its own id."""

    def __init__(self, command, env, cwd, log):
        with open(log, "ab") as out:
            self.child = subprocess.Popen(command, env=env, cwd=cwd, stdout=out, stderr=out, stdin=subprocess.DEVNULL)

    def check(self, what):
        if self.child.poll() is not None:
            raise Failed(f"{what} ended with {self.child.returncode}")

    def kill(self):
        self.child.send_signal(signal.SIGKILL)
        self.child.wait(10)

    def stop(self):
        if self.child.poll() is None:
            self.child.terminate()
            try:
                self.child.wait(15)
            except subprocess.TimeoutExpired:
                self.kill()


class AgentServer:
    """The real agent-server, on a folder of its own that outlives a kill."""

    def __init__(self, python, folder):
        self.python, self.folder, self.port = python, folder, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.tmux = pathlib.Path(tempfile.mkdtemp(prefix="oh-tmux."))  # a short path: it holds sockets
        for name in ("conversations", "bash", "persistence", "workspace", "home", "tmp"):
            (folder / name).mkdir(parents=True)
        git = "[user]\n\tname = Smoke\n\temail = smoke@example.com\n[init]\n\tdefaultBranch = main\n"
        (folder / "home" / ".gitconfig").write_text(git)

    def start(self):
        command = [self.python, "-m", "openhands.agent_server", "--host", "127.0.0.1", "--port", str(self.port)]
        self.process = Process(command, self.environment(), self.folder, self.folder / "agent-server.log")
        wait(120, "agent-server ready", self.ready)

    def ready(self):
        self.process.check("the agent-server")
        return tolerant(lambda: call("GET", f"{self.url}/ready", {})["status"] == "ready")

    def environment(self):
        folder = self.folder
        return {
            "HOME": f"{folder}/home", "TMPDIR": f"{folder}/tmp", "TMUX_TMPDIR": str(self.tmux),
            "PATH": os.environ.get("PATH", os.defpath), "LANG": "C.UTF-8", "TERM": "xterm", "SHELL": "/bin/bash",
            "OH_CONVERSATIONS_PATH": f"{folder}/conversations", "OH_BASH_EVENTS_DIR": f"{folder}/bash",
            "OH_PERSISTENCE_DIR": f"{folder}/persistence", "OH_WORKSPACE_PATH": f"{folder}/workspace",
            "OH_SESSION_API_KEYS_0": KEY, "OH_SECRET_KEY": "smoke-secret-of-more-than-32-characters",
            "OH_ENABLE_VSCODE": "false", "OH_PRELOAD_TOOLS": "false", "OH_ENABLE_BROWSER": "false",
            "OPENHANDS_SUPPRESS_BANNER": "1", "LOG_RICH_TRACEBACKS": "false", "PYTHONUNBUFFERED": "1",
            # Nothing leaves this machine: no price list, no telemetry, no clone of public skills.
            "LITELLM_LOCAL_MODEL_COST_MAP": "True", "DO_NOT_TRACK": "1", "ANONYMIZED_TELEMETRY": "false",
            "GIT_ALLOW_PROTOCOL": "file:http",
        }

    def get(self, path):
        return call("GET", self.url + path, {"X-Session-API-Key": KEY})

    def pages(self, path):
        separator, page = ("&" if "?" in path else "?"), ""
        while True:
            answer = self.get(f"{path}{separator}limit=100{page}")
            yield from answer["items"]
            if not answer["next_page_id"]:
                return
            page = f"&page_id={answer['next_page_id']}"

    def prompts(self, conversation):
        """What the user wrote, by the server's own events."""
        events = self.pages(f"/api/conversations/{conversation}/events/search?{MESSAGES}")
        return [scripted_llm.text_of(event["llm_message"]) for event in events]

    def holding(self, tag):
        """The ids of the conversations in which the user wrote tag."""
        ids = [conversation["id"] for conversation in self.pages("/api/conversations/search")]
        return [i for i in ids if any(tag in prompt for prompt in self.prompts(i))]

    def working(self, conversation):
        """Whether the agent of the conversation has begun a command."""
        kinds = {event["kind"] for event in self.pages(f"/api/conversations/{conversation}/events/search")}
        return "ActionEvent" in kinds

    def stop(self):
        if hasattr(self, "process"):
            self.process.stop()
        for server in self.tmux.glob("tmux-*/*"):  # an agent's shell outlives a killed server
            subprocess.run(["tmux", "-S", str(server), "kill-server"], stderr=subprocess.DEVNULL, check=False)
        shutil.rmtree(self.tmux, ignore_errors=True)


class GitServer:
    """A git host with one public repository, over http."""

    def __init__(self, folder):
        self.folder = folder
        work, bare = folder / "work", folder / "served" / "acme" / "widgets.git"
        work.mkdir(parents=True)
        (work / "README.md").write_text("# Widgets\n")
        git = ["git", "-c", "user.name=Smoke", "-c", "user.email=smoke@example.com", "-c", "init.defaultBranch=main"]
        for command in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "First"]):
            subprocess.run([*git, "-C", work, *command], check=True)
        subprocess.run(["git", "clone", "-q", "--bare", work, bare], check=True)
        subprocess.run(["git", "-C", bare, "update-server-info"], check=True)
        handler = functools.partial(QuietFiles, directory=str(folder / "served"))
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def stop(self):
        self.server.shutdown()


class QuietFiles(http.server.SimpleHTTPRequestHandler):
    """Serves a bare repository as files, which is git's plain http protocol."""

    def translate_path(self, path):
        local = super().translate_path(path)  # a host serves a repository with .git and without
        return local if "widgets.git" in local else local.replace("widgets", "widgets.git", 1)

    def log_message(self, form, *args):
        pass


class Runner:
    """The standalone under test, and its API."""

    def __init__(self, java, jar, folder, settings):
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        ours = ("OPENHANDS_", "DATABASE_", "GITHUB_", "GITLAB_", "PORT", "LOG_")
        env = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
        folder.mkdir(parents=True)
        command = [java, "-jar", jar, "serve", "--port", str(port), "--data", str(folder / "data")]
        env |= settings | {"OPENHANDS_SECURITY_API_TOKENS": TOKEN}
        self.process = Process(command, env, folder, folder / "runner.log")
        try:
            wait(120, "runner live", self.live)
        except Failed:
            self.stop()
            raise

    def live(self):
        self.process.check("the runner")
        return tolerant(lambda: call("GET", f"{self.url}/health/live", {}) or True)

    def api(self, method, path, body=None):
        return call(method, self.url + path, {"Authorization": f"Bearer {TOKEN}"}, body)

    def stop(self):
        self.process.stop()


class Rig:
    """Everything that one version of the agent-server needs around it."""

    def __init__(self, options, version, folder, stack):
        self.version, self.folder = version, folder
        self.llm = scripted_llm.serve()
        stack.callback(self.llm.shutdown)
        self.git = GitServer(folder / "git")
        stack.callback(self.git.stop)
        self.server = AgentServer(options.python, folder / "server")
        stack.callback(self.server.stop)
        self.server.start()
        settings = {
            "OPENHANDS_BASE_URL": self.server.url, "OPENHANDS_TOKEN": KEY,
            "OPENHANDS_WORKSPACE_ROOT": str(folder / "server" / "workspace"),
            "OPENHANDS_LLM_MODEL": "openai/scripted", "OPENHANDS_LLM_API_KEY": "sk-smoke",
            "OPENHANDS_LLM_BASE_URL": f"http://127.0.0.1:{self.llm.server_port}/v1",
            "OPENHANDS_GIT_GITHUB_URL": self.git.url,
        }
        self.runner = Runner(options.java, options.jar, folder / "runner", settings)
        stack.callback(self.runner.stop)

    def begin(self, scenario):
        """Posts the run of a scenario and tells the tag that marks its prompt."""
        tag = f"smoke-{uuid.uuid4().hex}"
        body = {"project_id": "smoke", "compiled_prompt": f"[[scenario: {scenario.marker}]] {tag}: build it"}
        return tag, self.runner.api("POST", "/runs", body | scenario.request)["run_id"]

    def finish(self, scenario, tag, run_id):
        """Waits for the end of a run and checks it from all sides."""
        if scenario.killed:
            self.kill_in_mid_run(run_id)
        run = wait(150, f"{scenario.name} {scenario.status}", lambda: self.ended(run_id, scenario.status))
        reason = (run["status_reason"] or {}).get("code")
        expect("status", run["status"], scenario.status)
        if scenario.reason:
            expect("reason", reason, scenario.reason)
        conversation = str(uuid_of(run_id))
        expect("conversations", self.server.holding(tag), [conversation])
        expect("user messages", len(self.server.prompts(conversation)), 1)
        stats = call("GET", f"http://127.0.0.1:{self.llm.server_port}/stats?contains={tag}", {})
        expect("prompts at the model", (stats["prompts"], stats["copies"]), (1, 1))
        if scenario.cloned:
            self.check_clone(conversation)
        return f"{run['status']} {reason or ''}".strip()

    def ended(self, run_id, wanted):
        run = self.runner.api("GET", f"/runs/{run_id}")
        return run if run["status"] in TERMINAL | {wanted} else None

    def kill_in_mid_run(self, run_id):
        conversation = str(uuid_of(run_id))
        wait(60, "the agent at work", lambda: tolerant(lambda: self.server.working(conversation)))
        self.server.process.kill()
        time.sleep(3)  # long enough for a look that finds nobody
        self.server.start()

    def check_clone(self, conversation):
        folder = self.server.get(f"/api/conversations/{conversation}")["workspace"]["working_dir"]
        expect("clone in the working directory", pathlib.Path(folder, "README.md").is_file(), True)


def tolerant(check):
    """An answer that is no 2xx counts as no answer yet."""
    try:
        return check()
    except Failed:
        return None


def expect(what, found, wanted):
    if found != wanted:
        raise Failed(f"{what}: {found!r} instead of {wanted!r}")


def uuid_of(run_id):
    number = 0
    for letter in run_id.removeprefix("run_"):
        number = number * 32 + CROCKFORD.index(letter)
    return uuid.UUID(int=number)


def play(rig):
    """Runs every scenario: those that leave the server alone at once, the others one by one after."""
    results = {}
    for together in ([s for s in SCENARIOS if not s.killed], *([s] for s in SCENARIOS if s.killed)):
        started = time.monotonic()
        begun = [(scenario, attempt(rig.begin, scenario)) for scenario in together]
        for scenario, start in begun:
            failed = isinstance(start, Failed)
            outcome = start if failed else attempt(rig.finish, scenario, *start)
            word = "FAIL" if isinstance(outcome, Failed) else "ok"
            seconds = time.monotonic() - started
            print(f"  {word:4}  {scenario.name:20}  {seconds:5.1f} s  {outcome}", flush=True)
            results[scenario.name] = outcome
    return results


def attempt(action, *arguments):
    """What the action returns, or the Failed that became of it."""
    try:
        return action(*arguments)
    except (Failed, OSError, KeyError, TypeError, ValueError) as error:
        return error if isinstance(error, Failed) else Failed(f"{type(error).__name__}: {error}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--version", required=True)
    parser.add_argument("--python", required=True, help="of the agent-server's environment")
    parser.add_argument("--java", required=True)
    parser.add_argument("--jar", required=True)
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    folder = pathlib.Path(tempfile.mkdtemp(prefix="openhands-smoke."))
    print(f"agent-server {options.version}", flush=True)
    try:
        with contextlib.ExitStack() as stack:
            results = play(Rig(options, options.version, folder, stack))
    except Failed as failure:
        results = {"start": failure}
        print(f"  FAIL {failure}")
    failed = [name for name, outcome in results.items() if isinstance(outcome, Failed)]
    if failed:
        print(f"  logs: {folder}")
        sys.exit(1)
    shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
