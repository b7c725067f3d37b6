"""The real OpenHands app servers, which speak V1, V0 or both."""

import contextlib
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile

import scripted_llm
from rig import KEY, LLM_COSTS, LLM_KEY, LLM_TIMEOUT, Process, call, free_port, tolerant, wait

HERE = pathlib.Path(__file__).parent
MARK = "OPENHANDS_SMOKE_FOLDER"
ITERATIONS = 150  # more than the longest row takes

CONFIG = """
[core]
enable_browser = false
[agent]
enable_browsing = false
enable_jupyter = false
[llm]
num_retries = 0
native_tool_calling = true
%s
""" % "\n".join(f"{name} = {dollars:f}" for name, dollars in LLM_COSTS.items())

# What a sandbox is started by: it stays on the loopback device, logs into a file, and tells the app
# server its events, as the sandboxes of a container runtime do by themselves.
SANDBOX = """#!/usr/bin/env bash
export OH_WEBHOOKS_0_BASE_URL=$HOOK
[[ -z $HOOK_PER_SANDBOX ]] || OH_WEBHOOKS_0_BASE_URL+=/${PWD##*/}
exec "$REAL_PYTHON" "$@" --host 127.0.0.1 >>"$%s/sandbox.log" 2>&1
""" % MARK


class AppServer:
    """An app server with process sandboxes, on a folder that outlives a kill.

    It is asked by the API that `dialect` names: app-v1 or app-v0.
    """

    def __init__(self, python, folder, version, dialect, llm_url):
        self.python, self.folder, self.version, self.dialect, self.llm_url = python, folder, version, dialect, llm_url
        self.consent_by_conversation = dialect != "app-v0"  # there it is a setting of the server
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = folder / "app-server.log"
        self.tmux = pathlib.Path(tempfile.mkdtemp(prefix="oh-tmux."))
        for name in ("persistence", "files", "sandboxes", "bin", "home", "tmp", "frontend/build"):
            (folder / name).mkdir(parents=True)
        git = "[user]\n\tname = Smoke\n\temail = smoke@example.com\n[init]\n\tdefaultBranch = main\n[safe]\n\tdirectory = *\n"
        (folder / "home" / ".gitconfig").write_text(git)
        (folder / "config.toml").write_text(CONFIG)
        self.script("sandbox-python", SANDBOX)
        self.script("bin/chromium", "#!/bin/sh\nexit 1\n")  # the agent's browser tool must find one, and never uses it

    def script(self, name, text):
        path = self.folder / name
        path.write_text(text)
        path.chmod(0o755)

    def start(self):
        command = [self.python, "-B", str(HERE / "app_server_main.py"), str(self.port)]
        self.process = Process(command, self.environment(), self.folder, self.log)
        wait(300, "app server alive", self.alive)
        self.settle()

    def alive(self):
        self.process.check("the app server")
        return tolerant(lambda: call("GET", f"{self.url}/alive", {})["status"] == "ok")

    def environment(self):
        folder = self.folder
        return {
            "HOME": f"{folder}/home", "TMPDIR": f"{folder}/tmp", "TMUX_TMPDIR": str(self.tmux), "USER": "smoke",
            "PATH": f"{folder}/bin:{os.environ.get('PATH', os.defpath)}", "LANG": "C.UTF-8", "TERM": "xterm",
            "SHELL": "/bin/bash", "RUNTIME": "local", "SESSION_API_KEY": KEY, "SERVE_FRONTEND": "false",
            "FILE_STORE": "local", "FILE_STORE_PATH": f"{folder}/files", "OH_PERSISTENCE_DIR": f"{folder}/persistence",
            "OH_SECRET_KEY": "smoke-secret-of-more-than-32-characters", "JWT_SECRET": "smoke-secret",
            "OH_SANDBOX_KIND": "ProcessSandboxServiceInjector", "OH_SANDBOX_BASE_WORKING_DIR": f"{folder}/sandboxes",
            "OH_SANDBOX_BASE_PORT": str(20000 + self.port % 20000),
            "OH_SANDBOX_PYTHON_EXECUTABLE": f"{folder}/sandbox-python", "REAL_PYTHON": self.python,
            "HOOK": f"{self.url}/api/v1/webhooks", "HOOK_PER_SANDBOX": "1" if self.version.startswith("0.") else "",
            "MCP_HOST": f"127.0.0.1:{self.port}", "SKIP_DEPENDENCY_CHECK": "1", MARK: str(folder),
            "OH_ENABLE_VSCODE": "false", "OH_PRELOAD_TOOLS": "false", "OH_ENABLE_BROWSER": "false",
            "OPENHANDS_SUPPRESS_BANNER": "1", "PYTHONUNBUFFERED": "1", "LOG_RICH_TRACEBACKS": "false", "COLUMNS": "500",
            # Nothing leaves this machine: no price list, no telemetry, no clone of public skills.
            "LITELLM_LOCAL_MODEL_COST_MAP": "True", "DO_NOT_TRACK": "1", "ANONYMIZED_TELEMETRY": "false",
            "GIT_ALLOW_PROTOCOL": "file:http",
        }

    def settle(self, ask_first=False):
        """Gives the server its language model, as its user does in the settings page."""
        llm = {"model": "openai/scripted", "api_key": LLM_KEY, "base_url": self.llm_url}
        if self.version.startswith("0."):
            body = {f"llm_{name}": value for name, value in llm.items()}
            body |= {"agent": "CodeActAgent", "language": "en", "max_iterations": ITERATIONS, "confirmation_mode": ask_first}
            self.call("POST", "/api/settings", body)
        else:
            differences = {"llm": llm | LLM_COSTS | {"num_retries": 0, "timeout": LLM_TIMEOUT}}
            limits = {"max_iterations": ITERATIONS}
            body = {"agent_settings_diff": differences, "conversation_settings_diff": limits}
            self.call("POST", "/api/v1/settings", body)

    def call(self, method, path, body=None):
        return call(method, self.url + path, {"X-Session-API-Key": KEY}, body)

    def events(self, conversation):
        """The events of a conversation, those of V1 in the form of the agent-server."""
        if self.dialect == "app-v0":
            yield from self.events_of_v0(conversation)
            return
        old = self.version.startswith("0.")
        path = "/api/v1/events/search?conversation_id__eq={}" if old else "/api/v1/conversation/{}/events/search?"
        page = ""
        while True:
            answer = self.call("GET", f"{path.format(conversation)}&limit=100{page}")
            yield from answer["items"]
            if not answer["next_page_id"]:
                return
            page = f"&page_id={answer['next_page_id']}"

    def events_of_v0(self, conversation):
        first = 0
        while True:
            answer = self.call("GET", f"/api/conversations/{conversation}/events?start_id={first}&limit=100")
            yield from answer["events"]
            if not answer["has_more"] or not answer["events"]:
                return
            first = answer["events"][-1]["id"] + 1

    def prompts(self, conversation):
        """What the user wrote, by the server's own events."""
        events = [event for event in self.events(conversation) if event.get("source") == "user"]
        if self.dialect == "app-v0":
            return [event["args"]["content"] for event in events if event.get("action") == "message"]
        return [scripted_llm.text_of(event["llm_message"]) for event in events if event["kind"] == "MessageEvent"]

    def holding(self, tag):
        """The ids of the conversations in which the user wrote tag."""
        return [i for i in self.conversations() if any(tag in prompt for prompt in self.prompts(i))]

    def conversations(self):
        if self.dialect == "app-v0":
            return [one["conversation_id"] for one in self.call("GET", "/api/conversations?limit=100")["results"]]
        return [one["id"] for one in self.call("GET", "/api/v1/app-conversations/search?limit=100")["items"]]

    def choose_model(self, llm_url):
        """It has been given one from the start."""

    def delete(self, conversation):
        path = "/api/conversations/{}" if self.dialect == "app-v0" else "/api/v1/app-conversations/{}"
        self.call("DELETE", path.format(conversation))

    def ask_first(self):
        """Has the agents that are started next ask before they act, where that is the server's to say."""
        if not self.consent_by_conversation:
            self.settle(ask_first=True)

    def freshen(self):
        """Takes back what was ordered, and the sandboxes of conversations that were never made."""
        if self.dialect == "app-v0":
            self.settle()
            return
        for sandbox in self.call("GET", "/api/v1/sandboxes/search?limit=100")["items"]:
            self.call("DELETE", f"/api/v1/sandboxes/{sandbox['id']}?sandbox_id={sandbox['id']}")

    def want_consent(self, conversation):
        one, = self.call("GET", f"/api/v1/app-conversations?ids={conversation}")
        policy = {"policy": {"kind": "AlwaysConfirm"}}
        headers = {"X-Session-API-Key": one["session_api_key"]}
        call("POST", f"{one['conversation_url']}/confirmation_policy", headers, policy)

    def working(self, conversation):
        """Whether the agent of the conversation has begun a command."""
        events = list(self.events(conversation))
        return any(event.get("action") == "run" or event.get("kind") == "ActionEvent" for event in events)

    def pause_sandbox(self, conversation):
        one, = self.call("GET", f"/api/v1/app-conversations?ids={conversation}")
        self.call("POST", f"/api/v1/sandboxes/{one['sandbox_id']}/pause")

    def stop(self):
        if hasattr(self, "process"):
            self.process.stop()
        for pid in self.sandboxes():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        for server in self.tmux.glob("tmux-*/*"):
            subprocess.run(["tmux", "-S", str(server), "kill-server"], stderr=subprocess.DEVNULL, check=False)
        shutil.rmtree(self.tmux, ignore_errors=True)

    def sandboxes(self):
        """The processes of this server's sandboxes, which outlive it."""
        mark = f"{MARK}={self.folder}".encode()
        for environment in pathlib.Path("/proc").glob("[0-9]*/environ"):
            with contextlib.suppress(OSError):
                if mark in environment.read_bytes().split(b"\0"):
                    yield int(environment.parent.name)
