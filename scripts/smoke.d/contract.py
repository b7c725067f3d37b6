"""Plays the contract's rows, which hold on the simulator, on a real server; see scripts/smoke."""

import contextlib
import http.server
import os
import pathlib
import re
import threading
import time
import urllib.parse

from rig import KEY, Failed, Process, tolerant

ROOT = pathlib.Path(__file__).parent.parent
BUILD = [
    str(ROOT / "mvn"), "-q", "-pl", "simulator", "-am", "verify", "-Dit.test=RealServerContractIT", "-Dtest=NoSuchTest",
    "-Dsurefire.failIfNoSpecifiedTests=false", "-Dfailsafe.failIfNoSpecifiedTests=false", "-Dspotless.check.skip",
]


class Keeper:
    """Does for the rows what a client cannot ask of the server."""

    def __init__(self, server):
        self.server = server
        handler = type("Orders", (Orders,), {"keeper": self})
        self.http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=self.http.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.http.server_port}"

    def restart(self):
        self.server.process.kill()
        self.server.start()

    def clear(self):
        """Takes away what a row has left, with the room that it takes."""
        left = tolerant(self.server.conversations) or ()  # the next row takes away what this one cannot
        for conversation in left:
            with contextlib.suppress(Failed, OSError):
                self.server.delete(conversation)
        with contextlib.suppress(Failed, OSError):
            self.server.freshen()

    def prompts(self, text):
        return sum(text in prompt for i in self.server.conversations() for prompt in self.server.prompts(i))

    def want_consent(self, prompt):
        """Has the agent with that prompt ask before it acts, which starts of the runner never order."""
        for conversation in self.server.holding(prompt):
            self.server.want_consent(conversation)


class Orders(http.server.BaseHTTPRequestHandler):

    def do_GET(self):
        url = urllib.parse.urlsplit(self.path)
        text = urllib.parse.parse_qs(url.query).get("contains", [""])[0]
        self.answer(lambda: self.keeper.prompts(text) if url.path == "/prompts" else None)

    def do_POST(self):
        orders = {"/restart": self.keeper.restart, "/clear": self.keeper.clear, "/ask-first": self.keeper.server.ask_first}
        self.answer(lambda: orders[self.path]() or "done")

    def answer(self, order):
        try:
            status, text = 200, str(order())
        except (Failed, OSError, KeyError, TypeError, ValueError) as error:
            status, text = 500, f"{type(error).__name__}: {error}"
        raw = text.encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, form, *args):
        pass


def play(rig, row):
    """Prints what became of each row and tells whether all hold that can be played."""
    server, folder = rig.server, rig.folder / "contract"
    folder.mkdir()
    server.choose_model(rig.llm_url)
    keeper = Keeper(server)
    rig.stack.callback(keeper.http.shutdown)
    if server.consent_by_conversation:
        rig.llm.asked_to_confirm = keeper.want_consent
    report = folder / "report.txt"
    report.touch()
    given = {
        "URL": server.url, "KEY": KEY, "DIALECT": rig.kind.dialect, "VERSION": rig.kind.version, "KEEPER": keeper.url,
        "WORKSPACE": str(rig.folder / "contract-workspace"), "REPORT": str(report), "ROWS": row,
    }
    environment = dict(os.environ) | {f"OPENHANDS_CONTRACT_{name}": value for name, value in given.items()}
    build = Process(BUILD, environment, ROOT.parent, folder / "build.log")
    rig.stack.callback(build.stop)
    with open(report, encoding="utf-8") as lines:
        while build.child.poll() is None:
            print(lines.read(), end="", flush=True)
            time.sleep(1)
        print(lines.read(), end="", flush=True)
    if not re.search(r"^[1-9]\d* rows played", report.read_text(encoding="utf-8"), re.M):
        raise Failed(f"no row was played, see {folder / 'build.log'}")
    return build.child.returncode == 0
