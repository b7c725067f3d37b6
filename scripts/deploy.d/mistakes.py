"""The mistakes that scripts/deploy.d/planted plants, and what has to find each."""
from typing import NamedTuple


class Mistake(NamedTuple):
    """A mistake somebody could make.

    finder: validate, the name of a file of tests without .tftest.hcl (a precondition fails there, too), or actionlint.
    says: what it must say, whatever the line breaks.
    changes: file, what is right there (exactly once), and the mistake in its place.
    """

    name: str
    finder: str
    says: str
    changes: tuple


def one(name, finder, says, file, right, wrong):
    return Mistake(name, finder, says, ((file, right, wrong),))


FUNCTIONS = "terraform/functions.tf"
ENVIRONMENT = "terraform/environment.tf"
SECRETS = "terraform/secrets.tf"
QUEUES = "terraform/queues.tf"
SCHEDULE = "terraform/schedule.tf"
DATABASE = "terraform/database.tf"
PACKAGES = "terraform/packages.tf"
BALANCER = "terraform/balancer.tf"
OPENHANDS = "terraform/openhands.tf"
GITHUB = "terraform/github.tf"
TEST = ".github/workflows/test.yaml"
DEPLOY = ".github/workflows/deploy.yaml"

POLL_RUN_CALLED_BY = '''      called_by     = "tasks"
      path          = "/tasks/poll-run"'''

MISTAKES = [
    # Who may call.
    one("internal functions are public", "functions", "Only these functions are for everybody.",
        FUNCTIONS, '''"public" {
  for_each = { for name, it in local.functions : name => it if it.called_by == "public" }''', '''"public" {
  for_each = local.functions'''),
    one("poll-run is public instead of called by tasks", "functions", "Invalid index",
        FUNCTIONS, POLL_RUN_CALLED_BY, '''      called_by     = "public"
      path          = null'''),
    one("poll-run is public, and has a path for tasks", "functions", "what they call must not be public",
        FUNCTIONS, POLL_RUN_CALLED_BY, POLL_RUN_CALLED_BY.replace('"tasks"', '"public"')),
    one("internal functions answer allUsers", "functions", "Internal functions answer one account each, and never allUsers.",
        FUNCTIONS, "member   = each.value.member", 'member   = "allUsers"'),
    one("internal functions are reachable from outside", "functions", "Internal functions take nothing from outside.",
        FUNCTIONS, 'local.public_ingress : "ALLOW_INTERNAL_ONLY"', "local.public_ingress : local.public_ingress"),
    one("anybody may change the public functions", "functions", "and do no more than call",
        FUNCTIONS, '''  role     = "roles/run.invoker"
  member   = "allUsers"''', '''  role     = "roles/run.admin"
  member   = "allUsers"'''),
    one("public functions are reachable round Cloud Armor", "balancer", "Nobody may go round Cloud Armor.",
        BALANCER, '"ALLOW_ALL" : "ALLOW_INTERNAL_AND_GCLB"', '"ALLOW_ALL" : "ALLOW_ALL"'),
    one("internal functions are behind the load balancer", "balancer", "Behind the load balancer are the public functions, and no other.",
        BALANCER, 'google_cloudfunctions2_function.function[name].name if it.called_by == "public" }', "google_cloudfunctions2_function.function[name].name }"),

    # Who acts.
    one("all functions share one account", "functions", "Each function acts as its own account.",
        FUNCTIONS, "service_account_email            = google_service_account.function[each.key].email",
        'service_account_email            = google_service_account.function["poll-run"].email'),
    one("builds use the default account", "functions", "Builds use the account made for them",
        FUNCTIONS, '    service_account   = google_service_account.build["build"].id\n', ""),
    one("builds read every bucket", "functions", "Builds read packages only, not what agents left.",
        PACKAGES, '["gcf-v2-sources-", "gcf-v2-uploads-", "${var.project_id}-${var.name}-packages"]', '["gcf-v2-sources-", "${var.project_id}-${var.name}-"]'),
    one("get-run may change artifacts", "artifacts", "get-run shows them, and nobody else sees the bucket",
        FUNCTIONS, 'artifacts     = "roles/storage.objectViewer"', 'artifacts     = "roles/storage.objectAdmin"'),
    one("get-run may ask for wake-ups", "queues", "Who asks for wake-ups may, and nobody else.",
        FUNCTIONS, '''      enqueues      = false
      openhands     = false''', '''      enqueues      = true
      openhands     = false'''),
    one("a function owns the schema", "database", "Only the migration owns the schema.",
        "terraform/outputs.tf", 'assign-roles ${local.database_users["migrate"]}', 'assign-roles ${local.database_users["poll-run"]}'),

    # What is built.
    one("an object without the hash of its content", "functions", "An object without the hash of its content",
        PACKAGES, '"${each.key}/${filesha256("${var.packages_dir}/${each.key}.zip")}.zip"', '"${each.key}.zip"'),
    one("a package that is another's", "functions", "Each function is built from its own package.",
        FUNCTIONS, "object = google_storage_bucket_object.package[each.key].name", 'object = google_storage_bucket_object.package["health"].name'),
    one("a class that is not there", "functions", "The class of a function is named after its folder.",
        FUNCTIONS, "dev.build0711.runner.pollrun.PollRunFunction", "dev.build0711.runner.PollRunFunction"),
    one("an older Java", "functions", "The functions are for Java 25.", FUNCTIONS, '"java25"', '"java21"'),
    one("an older framework", "functions", "Without USE_JAVA_FF_2",
        FUNCTIONS, 'USE_JAVA_FF_2       = "true"', 'USE_JAVA_FF_2       = "false"'),
    one("a plan that is never empty", "settings", "left out, every plan would take it away",
        ENVIRONMENT, 'LOG_EXECUTION_ID = "true"', 'LOG_EXECUTION_ID = "false"'),

    # Tasks and schedule.
    one("tasks without an audience", "queues", "Without this audience the platform refuses the token.",
        QUEUES, "      audience = google_cloudfunctions2_function.function[each.key].service_config[0].uri\n", ""),
    one("tasks with a token for Google's own services", "validate", 'An argument named "audience" is not expected here.',
        QUEUES, "    oidc_token {", "    oauth_token {"),
    one("tasks call as somebody else", "queues", "Tasks call as the account that the function lets in.",
        QUEUES, "service_account_email = google_service_account.invoker[each.key].email", "service_account_email = google_service_account.function[each.key].email"),
    one("tasks go where they say", "queues", "Tasks carry an address that is to be replaced.",
        QUEUES, '"ALWAYS"', '"IF_NOT_EXISTS"'),
    one("tasks call the root", "queues", "The queue must call the route of tasks.",
        QUEUES, "path = each.value.path", 'path = "/"'),
    one("tasks are tried for ever", "queues", "Retries must end", QUEUES, "max_attempts       = 10", "max_attempts       = -1"),
    one("more tasks at once than instances take", "queues", "The queue must not send more at once",
        QUEUES, "each.value.max_instances * each.value.concurrency", "1000"),
    one("a queue that can be destroyed", "queues", "The name of a deleted queue is lost for days.",
        QUEUES, 'var.deletion_protection ? "PREVENT" : "DELETE"', '"DELETE"'),
    one("functions ask another queue", "queues", "The functions must know the queue that there is.",
        QUEUES, 'poll_queue = "${var.name}-poll-run"', 'poll_queue = "${var.name}-poll"'),
    one("functions know each other's addresses", "validate", "Cycle:",
        ENVIRONMENT, "OPENHANDS_QUEUE_NAME     = local.poll_queue", 'OPENHANDS_QUEUE_TARGET   = google_cloudfunctions2_function.function["poll-run"].service_config[0].uri'),
    one("functions know the queue that knows them", "validate", "Cycle:",
        ENVIRONMENT, "OPENHANDS_QUEUE_NAME     = local.poll_queue", 'OPENHANDS_QUEUE_NAME     = google_cloud_tasks_queue.queue["poll-run"].name'),
    one("the schedule's token is for its path", "queues", "Without this audience the platform refuses the token.",
        SCHEDULE, "      audience              = google_cloudfunctions2_function.function[each.key].service_config[0].uri",
        '      audience              = "${google_cloudfunctions2_function.function[each.key].service_config[0].uri}${each.value.path}"'),
    one("maintain every five minutes", "queues", "Maintain is called every minute.", SCHEDULE, '"* * * * *"', '"*/5 * * * *"'),

    # What must fit together.
    one("a look that outlives its task", "arithmetic", "else a run is looked at twice at once",
        FUNCTIONS, "timeout       = 90", "timeout       = 110"),
    one("a task that outlives the lease", "arithmetic", "else a run is looked at twice at once",
        "terraform/clocks.tf", "dispatch_deadline = 100", "dispatch_deadline = 130"),
    one("a maintain that outlives its call", "arithmetic", "before its call counts as failed",
        FUNCTIONS, "timeout       = 170", "timeout       = 300"),
    one("more instances than connections", "arithmetic", "and the database takes 100",
        FUNCTIONS, "max_instances = 10", "max_instances = 20"),
    one("larger pools than connections", "arithmetic", "and the database takes 100",
        DATABASE, 'var.variant == "service" ? 10 : 2', 'var.variant == "service" ? 10 : 5'),
    one("connections that nobody asked the database for", "database", "The database must take the connections that were counted with.",
        DATABASE, "value = tostring(var.database.max_connections)", 'value = "50"'),
    one("several requests on half a processor", "arithmetic", "Several requests at once need a whole processor.",
        FUNCTIONS, 'available_cpu                    = "1"', 'available_cpu                    = "0.5"'),

    # Secrets.
    one("a secret as it is", "secrets", "Every secret is a reference to Secret Manager.",
        ENVIRONMENT, "local.secrets[secret].variable => local.secret_reference[secret] }", 'local.secrets[secret].variable => "hunter2" }'),
    one("a password in the database's address", "secrets", "neither user nor password in it",
        DATABASE, '"postgresql://${it', '"postgresql://runner:hunter2@${it'),
    one("a database password", "database", "Nobody has a password.",
        DATABASE, '  type     = "CLOUD_IAM_SERVICE_ACCOUNT"\n', '  type     = "CLOUD_IAM_SERVICE_ACCOUNT"\n  password = "hunter2"\n'),
    one("secrets that the platform reads", "secrets", "The platform would refuse to make a function whose secret has no value yet.",
        FUNCTIONS, "    # To the database and to private OpenHands", '''    secret_environment_variables {
      key        = "GITHUB_TOKEN"
      project_id = var.project_id
      secret     = "runner-github-token"
      version    = "latest"
    }
    # To the database and to private OpenHands'''),
    one("everybody reads every secret", "secrets", "Each function reads the secrets that it needs, and no other.",
        SECRETS, "for secret in it.secrets : \"${name}/${secret}\"", "for secret in keys(local.secrets) : \"${name}/${secret}\""),
    one("secrets can be administered by their readers", "secrets", "A secret is read by the account of its function.",
        SECRETS, "roles/secretmanager.secretAccessor", "roles/secretmanager.admin"),
    one("any setting may be given", "settings", "Missing expected failure", "terraform/variables.tf",
        "contains(local._settable, key)", 'can(regex("^[a-z_.]+$", key))'),

    # Database.
    one("a database with a public address", "database", "The database has no public address.",
        DATABASE, "ipv4_enabled    = false", "ipv4_enabled    = true"),
    one("a database without encryption", "database", "The database takes encrypted connections only.",
        DATABASE, '"ENCRYPTED_ONLY"', '"ALLOW_UNENCRYPTED_AND_ENCRYPTED"'),
    one("functions that do not insist on encryption", "database", "The functions insist on encryption, too.",
        DATABASE, "?sslmode=require", "?sslmode=prefer"),
    one("an edition without small machines", "database", "in the edition that has small machines",
        DATABASE, 'edition                     = "ENTERPRISE"', 'edition                     = "ENTERPRISE_PLUS"'),
    one("no way back to yesterday", "database", "The database can be brought back",
        DATABASE, "point_in_time_recovery_enabled = true", "point_in_time_recovery_enabled = false"),
    one("a database that can be destroyed", "database", "deletes the database by mistake",
        DATABASE, "  deletion_protection = var.deletion_protection\n\n  settings", "  deletion_protection = false\n\n  settings"),
    one("logins that the database does not know", "database", "Without this flag no account can log in.",
        DATABASE, "cloudsql.iam_authentication", "cloudsql.enable_iam_login"),
    one("the service changes the schema", "service", "Only the job changes the schema.",
        ENVIRONMENT, 'OPENHANDS_DATABASE_MIGRATE   = "false"', 'OPENHANDS_DATABASE_MIGRATE   = "true"'),

    one("a migration that cannot find a database that exists", "database", "Whoever speaks to the database may read where it is.",
        SECRETS, '"migrate/${secret}" =>', '"service/${secret}" =>'),

    # In front.
    one("a function without a route", "balancer", "The routes are those of the code (Route).",
        "terraform/routes.tf", '    { method = "POST", path = "/runs/*/messages", function = "control-run" },\n', ""),
    one("a route without its method", "balancer", "The routes are those of the code (Route).",
        "terraform/routes.tf", '{ method = "POST", path = "/runs", function', '{ method = null, path = "/runs", function'),
    one("a route to a function that is not there", "balancer", "Invalid index",
        "terraform/routes.tf", 'path = "/webhooks/**", function = "webhook"', 'path = "/webhooks/**", function = "webhooks"'),
    one("a load balancer of the old scheme", "balancer", "its default changes with version 8 of the provider",
        BALANCER, '  protocol              = "HTTPS"\n  load_balancing_scheme = "EXTERNAL_MANAGED"\n', '  protocol              = "HTTPS"\n'),
    one("functions in front without Cloud Armor", "balancer", "Cloud Armor is in front of every function.",
        BALANCER, '  security_policy       = google_compute_security_policy.edge["domain"].id\n', ""),
    one("an endpoint of the first generation", "balancer", "is reached as a Cloud Run service",
        BALANCER, "  cloud_run {\n    service = each.value", "  cloud_function {\n    function = each.value"),
    one("a certificate that cannot change", "balancer", "A certificate of another domain has another name.",
        BALANCER, '"${var.name}-${substr(sha1(each.value), 0, 8)}"', "var.name"),
    one("TLS of the last century", "balancer", "TLS 1.2 or newer", BALANCER, '"TLS_1_2"', '"TLS_1_0"'),

    # OpenHands.
    one("OpenHands with a public address", "openhands", "The machine has no public address.",
        OPENHANDS, "    network_ip = google_compute_address.openhands[each.key].address\n", "    network_ip = google_compute_address.openhands[each.key].address\n    access_config {}\n"),
    one("OpenHands open to everybody", "openhands", "The functions reach the port of OpenHands, and nothing else there.",
        OPENHANDS, "ranges = [var.network.functions_cidr]", 'ranges = ["0.0.0.0/0"]'),
    one("a disk that is saved for a day", "openhands", "The disk is saved every night, for two weeks.",
        OPENHANDS, "max_retention_days    = 14", "max_retention_days    = 1"),

    # GitHub.
    one("any repository may deploy", "github", "Any other repository, branch or event could deploy.",
        GITHUB, "\"assertion.repository == '${each.value.repository}'\",", "\"assertion.repository != ''\","),
    one("any branch may deploy", "github", "Any other repository, branch or event could deploy.",
        GITHUB, "    \"assertion.ref == 'refs/heads/${each.value.branch}'\",\n", ""),
    one("everybody of the pool becomes the deployer", "github", "Only this repository becomes the deployer.",
        GITHUB, "/attribute.repository/${each.value.repository}\"", "/*\""),
    one("the deployer owns the project", "github", "The deployer is no administrator",
        GITHUB, '"roles/cloudfunctions.developer"', '"roles/editor"'),

    one("the deployer reads every secret", "github", "The deployer adds values of the secrets that GitHub keeps, and reads no other.",
        GITHUB, "setintersection(github.secrets, keys(local.secrets))", "keys(local.secrets)"),
    one("the deployer may destroy secrets", "github", "The deployer removes no value of a secret.",
        GITHUB, "roles/secretmanager.secretVersionAdder", "roles/secretmanager.secretVersionManager"),

    # Monitoring.
    one("an alert that nobody hears", "monitoring", "Every alert is told to somebody.",
        "terraform/alerts.tf", '''  display_name          = "${var.name}: ${each.key}-silent"
  combiner              = "OR"
  notification_channels = values(google_monitoring_notification_channel.mail)[*].id
''', '''  display_name          = "${var.name}: ${each.key}-silent"
  combiner              = "OR"
'''),
    one("no alert of stuck runs", "monitoring", "An alert for each thing that somebody has to look at.",
        "terraform/alerts.tf", "      stuck-runs = merge(", "      set-aside = merge("),
    one("a time series for each run", "monitoring", "A label per run would be a time series per run.",
        "terraform/metrics.tf", 'jsonPayload.message=\\"a look failed\\"", labels = {} }', 'jsonPayload.message=\\"a look failed\\"", labels = { run = "EXTRACT(labels.run_id)" } }'),

    # Plain slips.
    one("a misspelt argument", "validate", 'Did you mean "timeout_seconds"?', FUNCTIONS, "    timeout_seconds ", "    timeout_second  "),
    one("an attribute that is not there", "queues", "Unsupported attribute",
        QUEUES, "google_service_account.invoker[each.key].email", "google_service_account.invoker[each.key].mail"),
    one("a missing argument", "validate", 'The argument "location" is required',
        PACKAGES, "  location                    = var.region\n", ""),
    one("another provider", "validate", "Missing required provider",
        "terraform/network.tf", '''resource "google_compute_network" "runner" {''', '''resource "random_id" "network" {
  byte_length = 4
}

resource "google_compute_network" "runner" {'''),

    # Workflows.
    one("an action that is not pinned", "workflows", "Every action is pinned by its hash",
        DEPLOY, "google-github-actions/auth@7c6bc770dae815cd3e89ee6cdf493a5fab2cc093", "google-github-actions/auth@v3"),
    one("a workflow that may do everything", "workflows", "Every workflow says which permissions it needs",
        TEST, "permissions:\n  contents: read\n", "permissions: write-all\n"),
    one("a workflow that does not say what it may do", "workflows", "Every workflow says which permissions it needs",
        TEST, "permissions:\n  contents: read\n", ""),
    one("a test that may write", "workflows", "A workflow reads; one job of one may become the deployer.",
        TEST, "  contents: read", "  contents: write"),
    one("a test that may become the deployer", "workflows", "A workflow reads; one job of one may become the deployer.",
        TEST, "  contents: read\n", "  contents: read\n  id-token: write\n"),
    one("a workflow for strangers", "workflows", "No workflow runs a stranger's pull request",
        TEST, "  pull_request:\n", "  pull_request_target:\n"),
    one("a test that sees secrets", "workflows", "Secrets are for the job that deploys.",
        TEST, "      - run: .ci/run", "      - run: .ci/run\n        env:\n          DATABASE_URL: ${{ secrets.DATABASE_URL }}"),
    one("a deployment that does not wait for the tests", "workflows", "Main is deployed after its tests",
        DEPLOY, "    needs: test\n", ""),
    one("a deployment of every branch", "workflows", "Main is deployed after its tests",
        DEPLOY, "branches: [main]", "branches: ['**']"),
    one("a deployment that is cut off", "workflows", "One deployment after another",
        DEPLOY, "cancel-in-progress: false", "cancel-in-progress: true"),
    one("a job that may hang", "workflows", "Every job ends", DEPLOY, "    timeout-minutes: 60\n", ""),
    one("a secret that is not passed on", "workflows", "The workflow takes the secrets that the README of the deployment names.",
        DEPLOY, "          OPENHANDS_TOKEN: ${{ secrets.OPENHANDS_TOKEN }}\n", ""),
    one("a permission that does not exist", "actionlint", 'unknown permission scope "id-tokens"', DEPLOY, "id-token: write", "id-tokens: write"),
    one("a job that waits for nobody", "actionlint", 'needs job "tests" which does not exist', DEPLOY, "needs: test", "needs: tests"),
    one("a value that is never there", "actionlint", 'property "reff" is not defined', DEPLOY, "github.ref ==", "github.reff =="),
    one("a machine that GitHub does not have", "actionlint", 'label "ubuntu-24.4" is unknown', DEPLOY, "ubuntu-24.04", "ubuntu-24.4"),
    one("a title that becomes a command", "actionlint", "is potentially untrusted",
        TEST, "- run: .ci/run", "- run: echo ${{ github.event.head_commit.message }}"),
    one("a step that does nothing", "actionlint", 'step must run script with "run" section or run action with "uses" section',
        TEST, "- run: .ci/run", "- name: test"),
]
