"""Computes what a month costs; see scripts/cost."""

import json
import math
import pathlib
import re
import sys

import product

HERE = pathlib.Path(__file__).resolve().parent
PRICES = json.loads((HERE / "prices.json").read_text(encoding="utf-8"))
ASSUMED = json.loads((HERE / "assumptions.json").read_text(encoding="utf-8"))
VOLUMES = (10, 1_000, 100_000)
HOURS = 730  # of a month
MINUTES, SECONDS = HOURS * 60, HOURS * 3600
KIB = 1 / 1024 / 1024  # of a GiB
EVALUATION = 30  # seconds between two looks of Cloud Monitoring at a condition
SMALLEST_DISK = 10  # GiB, of Cloud SQL

SWITCHES = {
    "domain": "`domain`: load balancer, certificate and Cloud Armor",
    "managed": "`openhands = \"managed\"`: the machine, its disks, snapshots and NAT, all sizes by default",
    "highly_available": "`database.highly_available`: a second machine and disk of the database",
    "g1_small": "`database.tier = \"db-g1-small\"`",
    "f1_micro": "`database.tier = \"db-f1-micro\"`",
    "gcs": "`storage_type = \"gcs\"`: artifacts in a bucket instead of the database",
    "service": "`variant = \"service\"`: one instance that is always on instead of functions, queue and schedule",
}


def assumed(name):
    return ASSUMED[name]["value"]


def looks():
    """How often a run is looked at: as Pace has it for an agent that works, and beside that."""
    pace = product.pace()
    at, count, end = 0.0, 0, assumed("run_minutes") * 60
    while at < end:
        count += 1
        at += min(max(at / 10, pace["FIRST"]), pace["BUSY"])
    return count + assumed("looks_beside")


class Month:
    """What a month with so many runs uses, and what that costs."""

    def __init__(self, runs, switches=(), free=True):
        self.runs, self.switches, self.free = runs, switches, free
        self.requests = {} if "service" in switches else {
            "create-run": runs,
            "get-run": runs * assumed("reads"),
            "webhook": runs * assumed("deliveries"),
            "poll-run": runs * looks() + self.ticks(),
            "maintain": MINUTES * product.jobs(),
            "health": SECONDS * product.uptime(),
        }

    @staticmethod
    def ticks():
        return MINUTES * product.ticks_a_minute() * assumed("backends")

    def pay(self, price, amount):
        it = PRICES["prices"][price]
        return max(0, amount - (it.get("free", 0) if self.free else 0)) / it.get("per", 1) * it["usd"]

    def seconds(self, function):
        """Of instances: as if no two requests met in one, which is the dearest case."""
        requests = self.requests[function]
        a_request = {"poll-run": "look_seconds", "maintain": "maintain_seconds"}.get(function, "request_seconds")
        warm = requests * assumed(a_request)
        if function == "poll-run":
            warm -= self.ticks() * (assumed("look_seconds") - assumed("tick_seconds"))
        cold = math.exp(-requests / HOURS * assumed("idle_minutes") / 60) if requests else 0
        return warm + requests * cold * assumed("cold_seconds")

    def secret_reads(self):
        """A secret is read again five minutes after it was, when it is needed."""
        if not self.requests:
            return HOURS * 12 * len(product.secrets())
        a_hour = {name: 12 * (1 - math.exp(-requests / HOURS / 12)) for name, requests in self.requests.items()}
        return HOURS * sum(times * len(product.functions()[name]["secrets"]) for name, times in a_hour.items())

    def at_once(self):
        """Agents at work, on average."""
        return self.runs * assumed("run_minutes") / MINUTES

    def tasks(self):
        return 2 * (self.runs * looks() + self.ticks()) if self.requests else 0

    def disk(self):
        """GiB of the database in use."""
        kib = assumed("row_kib") + (0 if "gcs" in self.switches else assumed("artifacts_kib"))
        return self.runs * assumed("months") * kib * KIB

    def sql_machine(self):
        if "f1_micro" in self.switches:
            return self.pay("sql_f1_micro", HOURS)
        if "g1_small" in self.switches:
            return self.pay("sql_g1_small", HOURS)
        cpus, memory = product.tier()
        return self.pay("sql_cpu", cpus * HOURS) + self.pay("sql_memory", memory * HOURS)

    def log_gib(self):
        requests = sum(self.requests.values()) or self.runs * (1 + assumed("reads") + assumed("deliveries"))
        return (requests * assumed("request_log_kib") + self.runs * assumed("run_log_kib")) * KIB

    def traffic_gib(self):
        return self.runs * ((1 + assumed("reads")) * assumed("read_kib") + looks() * assumed("look_kib")) * KIB

    def edge(self):
        if "domain" not in self.switches:
            return 0
        calls = self.runs * (1 + assumed("reads") + assumed("deliveries"))
        data = self.runs * ((1 + assumed("reads")) * assumed("read_kib") + assumed("deliveries") * assumed("delivery_kib")) * KIB
        return (self.pay("balancer", HOURS) + self.pay("balancer_data", data) + self.pay("armor_policy", 1)
                + self.pay("armor_rules", product.rules()) + self.pay("armor_requests", calls))

    def machine(self):
        if "managed" not in self.switches:
            return 0
        if product.optional("openhands_vm", "machine_type") not in PRICES["prices"]["machine"]["what"]:
            raise product.Unread("the price of a machine is that of another than openhands_vm.machine_type")
        disks = int(product.optional("openhands_vm", "disk_gb")) + product.boot_gib()
        # Its key, beside the secrets that every deployment has.
        return (self.pay("machine", HOURS) + self.pay("disk", disks) + self.pay("snapshots", assumed("changed_gib")) + self.pay("nat", HOURS)
                + self.pay("nat_address", HOURS) + self.pay("nat_data", self.runs * assumed("agent_gib")) + PRICES["prices"]["secret_versions"]["usd"])

    def lines(self):
        functions, spent = product.functions(), {name: self.seconds(name) for name in self.requests}
        twice = 2 if "highly_available" in self.switches else 1
        on = SECONDS if "service" in self.switches else 0
        builds = len(functions) * assumed("function_build_minutes") * (0 if on else 1) + assumed("image_build_minutes")
        conditions = product.alerts() - (product.jobs() + 1 if on else 0)
        in_bucket = self.runs * assumed("months") * assumed("artifacts_kib") * KIB if "gcs" in self.switches else 0
        written = self.runs * assumed("artifact_files") if "gcs" in self.switches else 0
        return {
            "Cloud SQL: machine": twice * self.sql_machine(),
            "Cloud SQL: disk and backups": twice * self.pay("sql_disk", max(SMALLEST_DISK, self.disk())) + self.pay("sql_backup", self.disk() * assumed("backup_share")),
            "Cloud Run: processor": self.pay("run_cpu", sum(spent.values())) + self.pay("always_cpu", on),
            "Cloud Run: memory": self.pay("run_memory", sum(functions[name]["gib"] * s for name, s in spent.items())) + self.pay("always_memory", on * product.service_gib()),
            "Cloud Run: requests": self.pay("run_requests", sum(self.requests.values())),
            "Cloud Tasks": self.pay("tasks", self.tasks()),
            "Cloud Logging": self.pay("logs", self.log_gib()),
            "Cloud Monitoring": self.pay("alert_conditions", conditions) + self.pay("alert_series", conditions * SECONDS / EVALUATION) + self.pay("uptime", SECONDS * product.uptime()),
            "Secret Manager, Cloud Scheduler": self.pay("secret_versions", len(product.secrets())) + self.pay("secret_reads", self.secret_reads()) + self.pay("scheduler", 0 if on else product.jobs()),
            "Builds, images, packages, artifacts in a bucket": self.pay("builds", assumed("deployments") * builds) + self.pay("images", assumed("images_gib"))
            + self.pay("bucket", (0 if on else assumed("packages_gib")) + in_bucket) + self.pay("bucket_writes", written),
            "Data to the internet": self.pay("traffic", self.traffic_gib()),
            "Load balancer, Cloud Armor": self.edge(),
            "Machine of OpenHands": self.machine(),
        }

    def total(self):
        return sum(self.lines().values())


def dollars(amount):
    return f"{amount:,.2f}" if abs(amount) >= 0.005 else "0.00"


def signed(amount):
    return ("−" if amount < -0.005 else "+" if amount >= 0.005 else "") + dollars(abs(amount))


def number(amount):
    return f"{amount:,.0f}" if amount >= 10 else f"{amount:,.1f}" if amount >= 0.05 else "0"


def table(head, rows):
    return "\n".join(["| " + " | ".join(head) + " |", "|" + "---|" * len(head)] + ["| " + " | ".join(row) + " |" for row in rows]) + "\n"


def volumes(first):
    return [first, *(f"{runs:,} runs" for runs in VOLUMES)]


def bill():
    months = [Month(runs) for runs in VOLUMES]
    lines = [month.lines() for month in months]
    rows = [[name, *(dollars(each[name]) for each in lines)] for name in lines[0] if any(each[name] for each in lines)]
    rows.append(["**a month, USD**", *(f"**{dollars(month.total())}**" for month in months)])
    rows.append(["a run", *(dollars(month.total() / month.runs) if month.total() / month.runs >= 0.01 else f"{month.total() / month.runs:.4f}" for month in months)])
    return table(volumes("USD"), rows)


def use():
    months = [Month(runs) for runs in VOLUMES]
    return table(volumes("a month"), [
        ["agents at work at once, on average", *(number(month.at_once()) for month in months)],
        ["looks at runs", *(number(month.runs * looks()) for month in months)],
        ["ticks, by which backends are probed", *(number(month.ticks()) for month in months)],
        ["operations of Cloud Tasks", *(number(month.tasks()) for month in months)],
        ["requests to functions", *(number(sum(month.requests.values())) for month in months)],
        ["seconds of instances", *(number(sum(month.seconds(name) for name in month.requests)) for month in months)],
        ["GiB of logs", *(number(month.log_gib()) for month in months)],
        ["reads of secrets", *(number(month.secret_reads()) for month in months)],
        [f"GiB in the database after {assumed('months')} months", *(number(month.disk()) for month in months)],
    ])


def differs(name, runs):
    month = Month(runs)
    if name == "managed" and month.at_once() > product.places():
        return "too small"
    return signed(Month(runs, (name,)).total() - month.total())


def switches():
    return table(volumes("instead of the default"), [[what, *(differs(name, runs) for runs in VOLUMES)] for name, what in SWITCHES.items()])


def margin():
    """What one more run costs where every free amount is used up, by what causes it."""
    month = Month(1, free=False)
    functions = product.functions()

    def served(name, times, seconds):
        return (month.pay("run_cpu", times * seconds) + month.pay("run_memory", times * seconds * functions[name]["gib"])
                + month.pay("run_requests", times) + month.pay("logs", times * assumed("request_log_kib") * KIB))

    data = assumed("row_kib") + assumed("artifacts_kib")
    rows = {
        f"its {looks()} looks and their tasks": served("poll-run", looks(), assumed("look_seconds")) + month.pay("tasks", 2 * looks()),
        f"its caller's {assumed('reads')} `GET`s": served("get-run", assumed("reads"), assumed("request_seconds")),
        f"its creation and {assumed('deliveries')} webhooks": served("create-run", 1, assumed("request_seconds")) + served("webhook", assumed("deliveries"), assumed("request_seconds")),
        "its own log lines": month.pay("logs", assumed("run_log_kib") * KIB),
        "data to the internet": month.pay("traffic", month.traffic_gib()),
        "its place in the database and its backups, each month": month.pay("sql_disk", data * KIB) + month.pay("sql_backup", data * KIB * assumed("backup_share")),
    }
    rows["**one run more**"] = sum(rows.values())
    return table(["a run", "USD"], [[name, f"{value:.5f}"] for name, value in rows.items()])


def dominates():
    result = ""
    for runs in VOLUMES:
        month = Month(runs)
        first, second = sorted(month.lines().items(), key=lambda line: -line[1])[:2]
        result += f"* {runs:,} runs: {first[0]} is {first[1] / month.total():.0%} of the bill, {second[0]} {second[1] / month.total():.0%}.\n"
    return result


def prices():
    rows = []
    for it in PRICES["prices"].values():
        free = f"{it['free']:,}" if "free" in it else "–"
        read = f"read at {it['source']}, {it['read']}" if it["read"] else f"from memory, check at {it['source']}"
        rows.append([it["what"], f"{it['usd']:.7f}".rstrip("0").rstrip("."), it["unit"], free, read])
    return f"{PRICES['currency']}, {PRICES['region']}, {PRICES['date']}.\n\n" + table(["what", "USD", "for a", "free each month", "where from"], rows)


def assumptions():
    return table(["", "taken for granted"], [[f"{it['value']:,}", it["what"]] for it in ASSUMED.values()])


SECTIONS = {"bill": bill, "dominates": dominates, "use": use, "switches": switches, "margin": margin, "assumptions": assumptions, "prices": prices}


def written(page, name, content):
    """The page with the section as it has to be."""
    begin, end = f"<!-- cost: {name} -->\n", f"<!-- end of cost: {name} -->"
    if begin not in page or end not in page:
        sys.exit(f"cost: the page has no section {name}")
    return re.sub(re.escape(begin) + ".*?" + re.escape(end), lambda _: begin + content + end, page, count=1, flags=re.S)


def main(do, path):
    try:
        made = {name: make() for name, make in SECTIONS.items()}
    except product.Unread as unread:
        sys.exit(f"cost: {unread}")
    if do == "print":
        print("\n".join(made.values()), end="")
        return
    file = pathlib.Path(path)
    page = file.read_text(encoding="utf-8")
    right = page
    wrong = []
    for name, content in made.items():
        after = written(right, name, content)
        if after != right:
            wrong.append(name)
        right = after
    if do == "write":
        file.write_text(right, encoding="utf-8")
    elif wrong:
        sys.exit(f"cost: {path} says something else than scripts/cost in {', '.join(wrong)}; scripts/cost --write mends it")


main(*sys.argv[1:])
