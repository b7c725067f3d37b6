"""Starts an OpenHands app server on the loopback device, mended where its process sandboxes do not work as they come.

    app_server_main.py PORT

Its sandboxes are child processes. Six things keep them from working on a plain machine: a sandbox
whose process sleeps, as idle servers do, is called STARTING for ever (OpenHands#14499); two that
start together get the same port, since neither listens yet; one gets 30 seconds to answer, too few
for a busy machine; release 0.62.0 names the empty string as their working directory, which their
agent-server refuses; the ports of V0's sandboxes are among those that the system gives to outgoing
connections, one of which may have it before the sandbox listens; and newer releases look for them
at host.docker.internal when they run in a container themselves.
"""

import os
import sys

import psutil
import uvicorn
from openhands.app_server.sandbox import process_sandbox_service, process_sandbox_spec_service
from openhands.app_server.sandbox.sandbox_models import SandboxStatus

PATIENCE = 300  # seconds


def call_sleepers_running():
    service = process_sandbox_service.ProcessSandboxService
    as_it_comes = service._get_process_status

    def status(self, process):
        found = as_it_comes(self, process)
        return SandboxStatus.RUNNING if found == SandboxStatus.STARTING and sleeps(process.pid) else found

    service._get_process_status = status
    service._wait_for_server_ready.__defaults__ = (PATIENCE,)


def give_no_port_twice():
    service = process_sandbox_service.ProcessSandboxService
    as_it_comes = service._find_unused_port
    given = {}

    def find(self):
        self.base_port = max(self.base_port, given.get("last", -1) + 1)
        given["last"] = as_it_comes(self)
        return given["last"]

    service._find_unused_port = find


def sleeps(pid):
    try:
        return psutil.Process(pid).status() in (psutil.STATUS_SLEEPING, psutil.STATUS_IDLE, psutil.STATUS_DISK_SLEEP)
    except psutil.Error:
        return False


def name_a_working_directory():
    injector = process_sandbox_spec_service.ProcessSandboxSpecServiceInjector
    as_it_comes = injector.inject

    async def inject(self, *arguments, **named):
        for i, spec in enumerate(self.specs):
            if not spec.working_dir:
                self.specs[i] = spec.model_copy(update={"working_dir": "."})
        async for service in as_it_comes(self, *arguments, **named):
            yield service

    injector.inject = inject


def take_ports_of_nobody():
    try:
        from openhands.runtime.impl.local import local_runtime
    except ImportError:  # a release without V0
        return
    local_runtime.EXECUTION_SERVER_PORT_RANGE = (10000, 19999)


def stay_on_this_machine():
    try:
        from openhands.app_server.utils import docker_utils, environment
    except ImportError:  # a release that does not look
        return
    for module in (environment, docker_utils):  # the one has its own name for what is the other's
        module.is_running_in_docker = lambda: False


if __name__ == "__main__":
    os.environ.setdefault("USER", "smoke")
    call_sleepers_running()
    give_no_port_twice()
    name_a_working_directory()
    take_ports_of_nobody()
    stay_on_this_machine()
    uvicorn.run("openhands.server.listen:app", host="127.0.0.1", port=int(sys.argv[1]), log_level="info")
