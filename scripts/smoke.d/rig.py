"""What a smoke run needs around it, each in a process or thread of its own and ended with it."""

import contextlib
import functools
import http.server
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
import urllib.error
import urllib.request

import scripted_llm

TOKEN, KEY, LLM_KEY = "smoke-token-of-the-runner", "smoke-key", "sk-smoke"
MESSAGES = "kind=openhands.sdk.event.llm_convertible.message.MessageEvent&source=user"
LLM_TIMEOUT = 10  # seconds that an agent waits for its model
LLM_COSTS = {"input_cost_per_token": 1e-06, "output_cost_per_token": 2e-06}  # dollars
ASIDE = "aside=1"  # tells the rig's own requests from the runner's in the log of the server, which ignores it


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


def tolerant(check):
    """An answer that is no 2xx counts as no answer yet."""
    try:
        return check()
    except Failed:
        return None


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

    consent_by_conversation = True

    def __init__(self, python, folder):
        self.python, self.folder, self.port = python, folder, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = folder / "agent-server.log"
        self.tmux = pathlib.Path(tempfile.mkdtemp(prefix="oh-tmux."))  # a short path: it holds sockets
        for name in ("conversations", "bash", "persistence", "workspace", "home", "tmp"):
            (folder / name).mkdir(parents=True)
        git = "[user]\n\tname = Smoke\n\temail = smoke@example.com\n[init]\n\tdefaultBranch = main\n"
        (folder / "home" / ".gitconfig").write_text(git)

    def start(self):
        command = [self.python, "-m", "openhands.agent_server", "--host", "127.0.0.1", "--port", str(self.port)]
        self.process = Process(command, self.environment(), self.folder, self.log)
        wait(240, "agent-server ready", self.ready)

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
            "COLUMNS": "500",  # a line of its log for every request
            # Nothing leaves this machine: no price list, no telemetry, no clone of public skills.
            "LITELLM_LOCAL_MODEL_COST_MAP": "True", "DO_NOT_TRACK": "1", "ANONYMIZED_TELEMETRY": "false",
            "GIT_ALLOW_PROTOCOL": "file:http",
        }

    def get(self, path):
        return self.call("GET", path)

    def call(self, method, path, body=None):
        separator = "&" if "?" in path else "?"
        return call(method, f"{self.url}{path}{separator}{ASIDE}", {"X-Session-API-Key": KEY}, body)

    def choose_model(self, llm_url):
        """Makes the scripted model the server's own; it is asked once for each answer."""
        llm = {"model": "openai/scripted", "api_key": LLM_KEY, "base_url": llm_url, "usage_id": "agent"}
        self.call("POST", "/api/profiles/scripted", {"llm": llm | LLM_COSTS | {"num_retries": 0, "timeout": LLM_TIMEOUT}})
        self.call("POST", "/api/profiles/scripted/activate")

    def ask_first(self):
        """That is ordered of each conversation."""

    def freshen(self):
        """Nothing is left but conversations."""

    def want_consent(self, conversation):
        self.call("POST", f"/api/conversations/{conversation}/confirmation_policy", {"policy": {"kind": "AlwaysConfirm"}})

    def delete(self, conversation):
        self.call("POST", f"/api/conversations/{conversation}/interrupt")  # else it waits for the step
        self.call("DELETE", f"/api/conversations/{conversation}")

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

    def conversations(self):
        return [conversation["id"] for conversation in self.pages("/api/conversations/search")]

    def holding(self, tag):
        """The ids of the conversations in which the user wrote tag."""
        return [i for i in self.conversations() if any(tag in prompt for prompt in self.prompts(i))]

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
    """The standalone under test, and its API, on a folder that outlives a kill."""

    def __init__(self, java, jar, folder, settings):
        self.folder, self.port = folder, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.data = folder / "data"
        self.command = [java, "-jar", jar, "serve", "--port", str(self.port), "--data", str(self.data)]
        ours = ("OPENHANDS_", "DATABASE_", "GITHUB_", "GITLAB_", "PORT", "LOG_")
        outside = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
        self.environment = outside | settings | {"OPENHANDS_SECURITY_API_TOKENS": TOKEN}
        folder.mkdir(parents=True, exist_ok=True)

    def start(self):
        self.process = Process(self.command, self.environment, self.folder, self.folder / "runner.log")
        wait(240, "runner live", self.live)

    def live(self):
        self.process.check("the runner")
        return tolerant(lambda: call("GET", f"{self.url}/health/live", {}) or True)

    def api(self, method, path, body=None):
        return call(method, self.url + path, {"Authorization": f"Bearer {TOKEN}"}, body)

    def stop(self):
        if hasattr(self, "process"):
            self.process.stop()
        with contextlib.suppress(OSError, ValueError):  # its database outlives a killed runner
            os.kill(int((self.data / "postgres" / "postmaster.pid").read_text().split()[0]), signal.SIGINT)


class Rig:
    """Everything that a server needs around it: `server` is one that holds conversations, or several by name."""

    def __init__(self, options, kind, python, folder, stack):
        self.options, self.kind, self.folder, self.stack = options, kind, folder, stack
        self.llm = scripted_llm.serve(key=LLM_KEY)
        stack.callback(self.llm.shutdown)
        self.git = GitServer(folder / "git")
        stack.callback(self.git.stop)
        self.servers = [kind.server(python, folder / f"server-{i}", self.llm_url) for i in range(kind.count)]
        for server in self.servers:
            stack.callback(server.stop)
            server.start()
        self.server = self.servers[0]
        self.runners = {}

    @property
    def llm_url(self):
        return f"http://127.0.0.1:{self.llm.server_port}/v1"

    def runner(self, llm_key):
        """The runner that gives its agents this key, started when it is first asked for."""
        if llm_key not in self.runners:
            settings = {
                "OPENHANDS_BASE_URL": ",".join(self.backend(i, server) for i, server in enumerate(self.servers)),
                "OPENHANDS_TOKEN": KEY,
                "OPENHANDS_WORKSPACE_ROOT": str(self.folder / "workspace"),
                "OPENHANDS_LLM_MODEL": "openai/scripted", "OPENHANDS_LLM_API_KEY": llm_key,
                "OPENHANDS_LLM_BASE_URL": self.llm_url, "OPENHANDS_GIT_GITHUB_URL": self.git.url,
                "OPENHANDS_RUNS_START_TIMEOUT": f"{self.kind.patience * 180}s",
            }
            folder = self.folder / f"runner-{llm_key}"
            runner = Runner(self.options.java, self.options.jar, folder, settings)
            self.stack.callback(runner.stop)
            runner.start()
            self.runners[llm_key] = runner
        return self.runners[llm_key]

    def backend(self, index, server):
        return f"server-{index}={server.url}{self.kind.options}"

    def asked(self, tag):
        """What the model was asked by prompts that contain tag."""
        return call("GET", f"http://127.0.0.1:{self.llm.server_port}/stats?contains={tag}", {})
