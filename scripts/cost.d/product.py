"""The runner's own numbers, read from its sources and from terraform/, so that what changes there changes the costs."""

import functools
import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[2]
JAVA = ROOT / "common/src/main/java/dev/build0711/runner"
UNITS = {"Seconds": 1, "Minutes": 60}


class Unread(Exception):
    """A number is no longer where it was."""


@functools.cache
def text(path):
    return (ROOT / path).read_text(encoding="utf-8")


def found(pattern, where, path):
    match = re.search(pattern, where, re.S | re.M)
    if not match:
        raise Unread(f"{path} has no {pattern}: mend scripts/cost.d/product.py")
    return match


def block(name, where, path):
    """What is between the braces after a name in HCL; nested braces are kept."""
    start = found(r"(?:^|\s)" + re.escape(name) + r'"?\s*(?:=\s*)?(?:\w+\()?\{', where, path).end()
    depth = 1
    for end in range(start, len(where)):
        depth += {"{": 1, "}": -1}.get(where[end], 0)
        if depth == 0:
            return where[start:end]
    raise Unread(f"{path}: {name} does not end")


def entries(where):
    """The names of the objects that lie directly in a block, each with what is in it."""
    result, depth, name, start = {}, 0, None, 0
    for match in re.finditer(r'(?:"?([\w-]+)"?\s*=\s*(?:merge\([\w.]+,\s*)?)?\{|\}', where):
        if match.group() == "}":
            depth -= 1
            if depth == 0 and name:
                result[name] = where[start : match.start()]
        else:
            if depth == 0:
                name, start = match.group(1), match.end()
            depth += 1
    return result


def duration(name, path):
    match = found(rf"Duration {name} = Duration\.of(\w+)\((\d+)\)", (JAVA / path).read_text(encoding="utf-8"), path)
    return int(match.group(2)) * UNITS[match.group(1)]


@functools.cache
def pace():
    """How long the runner waits between two looks at an agent: at least, while it works, and while it is quiet."""
    return {name: duration(name, "run/Pace.java") for name in ("FIRST", "BUSY", "QUIET")}


def ticks_a_minute():
    return 60 // duration("HALF", "app/AskForTicks.java")


def gib(memory):
    match = re.fullmatch(r"(\d+)(Mi|Gi)", memory)
    return int(match.group(1)) / (1024 if match.group(2) == "Mi" else 1)


@functools.cache
def secrets():
    """The secrets of a deployment with default variables, and OpenHands' own where it is managed."""
    path = "terraform/secrets.tf"
    used = re.findall(r'"([a-z-]+)"', found(r"default\s*=\s*(\[[^]]*])", block('variable "secrets', text("terraform/variables.tf"), path), path).group(1))
    return list(entries(block("_required_secrets", text(path), path))) + used


@functools.cache
def functions():
    """Memory in GiB and secrets of each function."""
    path = "terraform/functions.tf"
    result = {}
    for name, it in entries(block("_functions", text(path), path)).items():
        result[name] = {
            "gib": gib(found(r'memory\s*=\s*"(\w+)"', it, path).group(1)),
            "secrets": [s for s in re.findall(r'"([a-z-]+)"', found(r"secrets\s*=\s*\[(.*?)]", it, path).group(1)) if s in secrets()],
        }
    return result


@functools.cache
def optional(variable, attribute):
    """The default of an attribute of an object variable."""
    path = "terraform/variables.tf"
    return found(rf"{attribute}\s*=\s*optional\(\w+, \"?([^\")]+)\"?\)", block(f'variable "{variable}', text(path), path), path).group(1)


@functools.cache
def tier():
    cpus, memory = found(r"db-custom-(\d+)-(\d+)", optional("database", "tier"), "terraform/variables.tf").groups()
    return int(cpus), int(memory) / 1024


@functools.cache
def alerts():
    """How many conditions there are: a threshold for each alert, and an absence for each schedule."""
    path = "terraform/alerts.tf"
    merged = found(r"^  alerts = merge\((.*?)^  \)", text(path), path).group(1)
    named = re.findall(r"^      [a-z-]+ += (?:merge\(local\._counted, )?\{", merged, re.M)
    made = re.findall(r'^    \{ for name, \w+ in [\w.]+ : "[a-z-]+" => \{', merged, re.M)
    return len(named) + len(made) + jobs()


@functools.cache
def uptime():
    """Requests a month of the uptime check."""
    path = "terraform/alerts.tf"
    check = block('resource "google_monitoring_uptime_check_config" "health', text(path), path)
    regions = re.findall(r'"([A-Z_]+)"', found(r"selected_regions\s*=\s*\[(.*?)]", check, path).group(1))
    return len(regions) / int(found(r'period\s*=\s*"(\d+)s"', check, path).group(1))


@functools.cache
def rules():
    """Those with a rate, and the last one."""
    path = "terraform/edge.tf"
    return len(entries(block("_rates", text(path), path))) + 1


def jobs():
    return len(re.findall(r'called_by\s*=\s*"scheduler"', text("terraform/functions.tf")))


def service_gib():
    path = "terraform/service.tf"
    return gib(found(r'cpu = "1", memory = "(\w+)"', text(path), path).group(1))


def boot_gib():
    path = "terraform/openhands.tf"
    return int(found(r"size\s*=\s*(\d+)", block("boot_disk", text(path), path), path).group(1))


def places():
    """How many agents an agent-server takes at once."""
    path = "config/ConfigKey.java"
    return int(found(r"agent-server (\d+),", (JAVA / path).read_text(encoding="utf-8"), path).group(1))
