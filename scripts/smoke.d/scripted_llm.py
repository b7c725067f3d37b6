"""A language model that follows a script, speaking OpenAI's chat completions.

The newest user message with a marker such as [[scenario: long steps=5 seconds=2]] decides what it
does; without one it is "finish". The markers are those of the simulator. All it needs to know is in
the request: which scenario, and how many answers it has given since the last user message. So one
model serves any number of conversations, and a restart of the agent-server changes nothing; only
how often "error" has failed is counted. Any key but its own is refused.

    POST /v1/chat/completions       a completion, as JSON or as a stream
    GET  /stats?contains=TEXT       what was asked by prompts that contain TEXT
    python3 scripted_llm.py --port P --key KEY
"""

import argparse
import json
import math
import re
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

MARKER = re.compile(r"\[\[\s*scenario:\s*([a-z0-9-]+)((?:\s+[a-z_]+=[^\s\]]+)*)\s*\]\]", re.I)
PULL_REQUEST = "https://github.com/acme/widgets/pull/7"
SUMMARY = "Scripted run"  # what it says when it is asked for a title, or for a summary of what was left out
ADDED = ("<RUNTIME_INFORMATION>", "<EXTRA_INFO>", "<REPOSITORY_INFO>", SUMMARY)  # what servers put in as the user's
SLEPT = re.compile(r"step (\d+) of \d+\b")
TASKS = ("Read the request", "Write the file", "Open the pull request")
INVALID = "invalid_request_error"
UNAUTHORIZED = {"message": "Incorrect API key provided.", "type": INVALID, "param": None, "code": "invalid_api_key"}
LATE = 30  # seconds, longer than anybody waits for "error llm=timeout"


class Failure(Exception):
    """What the model's API does instead of answering: an error with its status, or none at all."""

    def __init__(self, status, message="", kind="", code=None):
        super().__init__(message)
        self.status, self.body = status, {"error": {"message": message, "type": kind, "param": None, "code": code}}


FAILURES = {
    "400": (400, "Invalid value for 'messages'.", INVALID, "invalid_value"),
    "401": (401, UNAUTHORIZED["message"], INVALID, UNAUTHORIZED["code"]),
    "403": (403, "You are not allowed to sample from this model.", "permission_error", "forbidden"),
    "404": (404, "The model `scripted` does not exist.", INVALID, "model_not_found"),
    "429": (429, "Rate limit reached for scripted.", "requests", "rate_limit_exceeded"),
    "quota": (429, "You exceeded your current quota, please check your plan and billing details.", *["insufficient_quota"] * 2),
    "context": (400, "This model's maximum context length is 8192 tokens.", INVALID, "context_length_exceeded"),
    "500": (500, "The server had an error while processing your request.", "server_error"),
    "502": (502, "Bad gateway.", "server_error"),
    "503": (503, "The engine is currently overloaded.", "server_error", "overloaded"),
}


def text_of(message):
    content = message.get("content") or ""
    return content if isinstance(content, str) else "\n".join(part.get("text", "") for part in content)


class Turn:
    """What a request says: the scenario and its parameters, the prompt, the step."""

    def __init__(self, body):
        messages = body.get("messages", [])
        users = [(i, text_of(m)) for i, m in enumerate(messages) if m.get("role") == "user"]
        users = [(i, text) for i, text in users if not text.lstrip().startswith(ADDED)] or users
        # two messages without an answer between them may come as one
        marked = [(i, text, [*MARKER.finditer(text)][-1]) for i, text in users if MARKER.search(text)]
        at, self.prompt, marker = marked[-1] if marked else (*(users or [(0, "")])[0], None)
        self.scenario = marker[1].lower() if marker else "finish"
        self.params = dict(pair.split("=", 1) for pair in marker[2].split()) if marker else {}
        self.answered = sum(i > at for i, _ in users)
        self.copies = sum(text == self.prompt for _, text in users)
        after_last_user = messages[users[-1][0] + 1 :] if users else messages
        self.step = sum(m.get("role") == "assistant" for m in after_last_user)
        slept = SLEPT.findall("\n".join(text_of(m) for m in after_last_user if m.get("role") == "tool"))
        self.slept = max(map(int, slept), default=0)  # a summary may have taken the place of older steps
        self.failed = 0  # calls for this prompt before this one, which the statistics know
        self.moment = True  # whether consent can be ordered of a conversation that has begun
        self.tools = {tool["function"]["name"]: tool["function"] for tool in body.get("tools") or () if "function" in tool}

    def number(self, name, otherwise):
        return float(self.params.get(name, otherwise))

    def fails(self):
        """Whether it is one of the first calls that an "error" refuses, of which this is the newest."""
        return self.failed < self.number("times", math.inf)


# The app servers' agents have other names for the same tools, and want arguments of their own.
OTHER_NAMES = {"terminal": ("execute_bash", "bash"), "task_tracker": ("task_tracking",)}


def fitting(tool, tools):
    """The same use of a tool in the words of the request's tools."""
    name, arguments = tool
    name = next((known for known in (name, *OTHER_NAMES.get(name, ())) if known in tools), name)
    schema, values = tools.get(name, {}).get("parameters", {}), json.loads(arguments)
    for missing in schema.get("required", ()):
        choices = schema.get("properties", {}).get(missing, {}).get("enum")
        values.setdefault(missing, choices[0] if choices else "LOW" if missing == "security_risk" else "-")
    numbered = '"id"' in json.dumps(schema.get("properties", {}).get("task_list", {}))
    for number, task in enumerate(values.get("task_list", ()), 1):
        if numbered:
            task["id"] = str(number)
    return name, json.dumps(values)


def say(text):
    return text, None


def use(tool, **arguments):
    return None, (tool, json.dumps(arguments))


def command(line):
    return use("terminal", command=line)


def plan(done):
    words = ["done" if i < done else "in_progress" if i == done else "todo" for i in range(len(TASKS))]
    return use(
        "task_tracker",
        command="plan",
        task_list=[{"title": title, "notes": "", "status": word} for title, word in zip(TASKS, words)],
    )


def finish(turn):
    link = turn.params.get("pr", PULL_REQUEST)
    steps = [plan(0), plan(1), command("echo hello > hello.txt && cat hello.txt"), plan(2), plan(3)]
    if turn.step < len(steps):
        return steps[turn.step]
    return use("finish", message="Done." if link == "none" else f"Done. Pull request: {link}")


def ask(turn):
    if not turn.answered:
        return say("Which file should I write? Please tell me its name.")
    return command("echo answered") if turn.step == 0 else use("finish", message="Written as you said.")


def long(turn):
    steps, step = int(turn.number("steps", 5)), max(turn.step, turn.slept)
    if step < steps:
        return command(f"sleep {turn.number('seconds', 2):g}; echo step {step + 1} of {steps}")
    return use("finish", message=f"Slept {steps} times.")


def slow(turn):
    time.sleep(min(turn.number("seconds", 10), 120))
    return finish(turn)


def error(turn):
    if not turn.fails():
        return finish(turn)
    time.sleep(turn.number("seconds", 0))
    llm = turn.params.get("llm", "401")
    if llm == "timeout":
        time.sleep(LATE)
    raise Failure(*FAILURES.get(llm, (llm,)))


def confirm(turn):
    """A moment of work, in which somebody can order that consent is wanted, then what wants it."""
    steps = [command("sleep 3")] * turn.moment + [command("rm -rf build")]
    return steps[turn.step] if turn.step < len(steps) else use("finish", message="Done as you said.")


def secret(turn):
    line = f'echo "token is ${turn.params.get("name", "GITHUB_TOKEN")}"'
    return command(line) if turn.step == 0 else use("finish", message="Printed.")


SCENARIOS = {
    "finish": finish,
    "text": lambda turn: say("All I have to say is this sentence."),
    "ask": ask,
    "long": long,
    "stuck": lambda turn: command("echo again"),
    "max-iterations": lambda turn: command(f"echo step number {turn.step + 1}"),
    "slow-llm": slow,
    "error": error,
    "confirm": confirm,
    "secret": secret,
}


class Stats:
    """Counts by prompt, of the prompts that came with tools: others only ask for titles."""

    def __init__(self):
        self.lock = threading.Lock()
        self.calls, self.copies = {}, {}

    def note(self, turn, again):
        """Counts a call, unless it is one that the caller's library makes `again` by itself."""
        with self.lock:
            turn.failed = self.calls.get(turn.prompt, 0) - (1 if again else 0)
            if turn.tools and not again:
                self.calls[turn.prompt] = self.calls.get(turn.prompt, 0) + 1
                self.copies[turn.prompt] = max(self.copies.get(turn.prompt, 0), turn.copies)

    def view(self, contains):
        with self.lock:
            prompts = [prompt for prompt in self.calls if contains in prompt]
            return {
                "prompts": len(prompts),
                "calls": sum(self.calls[prompt] for prompt in prompts),
                "copies": max((self.copies[prompt] for prompt in prompts), default=0),
            }


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    stats = Stats()

    def do_GET(self):
        url = urlsplit(self.path)
        if url.path != "/stats":
            return self.reply(404, {"error": {"message": "no such path"}})
        self.reply(200, self.stats.view(parse_qs(url.query).get("contains", [""])[0]))

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        turn = Turn(body)
        again = self.headers.get("x-stainless-retry-count", "0") != "0"
        self.stats.note(turn, again)
        if self.server.key and self.headers["Authorization"] != f"Bearer {self.server.key}":
            return self.reply(401, {"error": UNAUTHORIZED})
        if turn.scenario not in SCENARIOS:
            return self.reply(400, {"error": {"message": f"no scenario {turn.scenario}", "type": "invalid_request_error"}})
        turn.moment = self.server.asked_to_confirm is not None
        if turn.scenario == "confirm" and turn.step == 0 and turn.moment:
            threading.Timer(1, self.server.asked_to_confirm, (turn.prompt,)).start()  # within the moment of work
        try:
            wanted = turn.tools or turn.scenario == "error"  # else only a title or a summary is
            text, tool = SCENARIOS[turn.scenario](turn) if wanted else say(SUMMARY)
        except Failure as failure:
            return self.fail(failure)
        self.complete(body, text, tool and fitting(tool, turn.tools))

    def fail(self, failure):
        if failure.status == "garbage":
            self.send(200, "text/html", "<html>this is no JSON</html>")
        elif failure.status in ("hangup", "timeout"):
            self.close_connection = True
        else:
            self.reply(failure.status, failure.body)

    def complete(self, body, text, tool):
        name = f"{time.monotonic_ns():x}"
        said = {"role": "assistant", "content": text}
        if tool:
            call = {"name": tool[0], "arguments": tool[1]}
            said["tool_calls"] = [{"id": f"call_{name}", "type": "function", "function": call}]
        end = "tool_calls" if tool else "stop"
        head = {"id": f"chatcmpl-{name}", "created": int(time.time()), "model": body.get("model", "scripted")}
        usage = {"prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 110}
        if not body.get("stream"):
            choice = {"index": 0, "finish_reason": end, "message": said}
            return self.reply(200, head | {"object": "chat.completion", "choices": [choice], "usage": usage})
        for call in said.get("tool_calls", []):
            call["index"] = 0
        chunks = [
            {"choices": [{"index": 0, "delta": said, "finish_reason": None}]},
            {"choices": [{"index": 0, "delta": {}, "finish_reason": end}]},
            {"choices": [], "usage": usage},
        ]
        lines = [json.dumps(head | {"object": "chat.completion.chunk"} | chunk) for chunk in chunks] + ["[DONE]"]
        self.send(200, "text/event-stream", "".join(f"data: {line}\n\n" for line in lines))

    def reply(self, status, body):
        self.send(status, "application/json", json.dumps(body))

    def send(self, status, media_type, text):
        raw = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, form, *args):
        pass

    def handle(self):
        try:
            super().handle()
        except (BrokenPipeError, ConnectionResetError):
            pass  # the agent-server was killed or has interrupted the call


def serve(port=0, key=None):
    """A server in a thread of its own; its port is server_port. Without a key it takes any."""
    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.key = key
    server.asked_to_confirm = None  # called with the prompt of a "confirm" that begins
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=18080)
    parser.add_argument("--key")
    options = parser.parse_args()
    print(f"http://127.0.0.1:{serve(options.port, options.key).server_port}/v1", flush=True)
    threading.Event().wait()
