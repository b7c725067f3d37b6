# The functions, keyed by their folder: adding one is adding an entry. Everything that belongs to a function is made from
# its entry: its account and roles, its package, its environment, its queue or its schedule, and who may call it.
#
#   entry_point    the class that the platform makes
#   concurrency    requests at once in an instance
#   timeout        seconds; the arithmetic is in clocks.tf
#   max_instances  the arithmetic is in database.tf
#   enqueues       whether it asks for wake-ups
#   openhands      whether it speaks to OpenHands or has to know its addresses
#   artifacts      its role on the artifacts' bucket, null for none
#   secrets        those it reads, of local.secrets
#   called_by      public for everybody (callers show a token, webhooks a signature), or tasks or scheduler alone
#   path           what tasks and scheduler call
locals {
  _functions = {
    create-run = {
      entry_point   = "dev.build0711.runner.createrun.CreateRunFunction"
      memory        = "512Mi"
      concurrency   = 12
      timeout       = 30
      max_instances = 5
      enqueues      = true
      openhands     = false
      artifacts     = null
      secrets       = ["api-tokens"]
      called_by     = "public"
      path          = null
    }
    get-run = {
      entry_point   = "dev.build0711.runner.getrun.GetRunFunction"
      memory        = "512Mi"
      concurrency   = 24
      timeout       = 30
      max_instances = 5
      enqueues      = false
      openhands     = false
      artifacts     = "roles/storage.objectViewer"
      secrets       = ["api-tokens"]
      called_by     = "public"
      path          = null
    }
    control-run = {
      entry_point   = "dev.build0711.runner.controlrun.ControlRunFunction"
      memory        = "512Mi"
      concurrency   = 20
      timeout       = 30
      max_instances = 3
      enqueues      = true
      openhands     = false
      artifacts     = null
      secrets       = ["api-tokens", "marker-key"]
      called_by     = "public"
      path          = null
    }
    # Bodies of webhooks have up to 25 MiB and are read whole: few at once, and room for them.
    webhook = {
      entry_point   = "dev.build0711.runner.webhook.WebhookFunction"
      memory        = "1Gi"
      concurrency   = 4
      timeout       = 30
      max_instances = 4
      enqueues      = true
      openhands     = true
      artifacts     = null
      secrets       = ["marker-key", "github-webhook-secret", "gitlab-webhook-secret", "openhands-webhook-secret"]
      called_by     = "public"
      path          = null
    }
    # A look may hold 99 conversations, or an artifact.
    poll-run = {
      entry_point   = "dev.build0711.runner.pollrun.PollRunFunction"
      memory        = "1Gi"
      concurrency   = 20
      timeout       = 90
      max_instances = 10
      enqueues      = true
      openhands     = true
      artifacts     = "roles/storage.objectUser"
      secrets       = ["marker-key", "openhands-token", "llm-api-key", "github-token", "gitlab-token"]
      called_by     = "tasks"
      path          = "/tasks/poll-run"
    }
    maintain = {
      entry_point   = "dev.build0711.runner.maintain.MaintainFunction"
      memory        = "512Mi"
      concurrency   = 4
      timeout       = 170
      max_instances = 2
      enqueues      = true
      openhands     = true
      artifacts     = null
      secrets       = ["openhands-token"]
      called_by     = "scheduler"
      path          = "/tasks/maintain"
    }
    health = {
      entry_point   = "dev.build0711.runner.health.HealthFunction"
      memory        = "512Mi"
      concurrency   = 40
      timeout       = 30
      max_instances = 2
      enqueues      = false
      openhands     = true
      artifacts     = null
      secrets       = ["openhands-token"]
      called_by     = "public"
      path          = null
    }
  }

  functions = {
    for name, it in local._functions : name => merge(it, {
      max_instances = lookup(var.max_instances, name, it.max_instances)
      secrets       = [for secret in concat(it.secrets, ["database-url"]) : secret if contains(keys(local.secrets), secret)]
    }) if var.variant == "functions"
  }
}

resource "google_service_account" "function" {
  for_each     = local.functions
  account_id   = "${var.name}-${each.key}"
  display_name = "The function ${each.key}"
  depends_on   = [google_project_service.api]
}

resource "google_cloudfunctions2_function" "function" {
  for_each    = local.functions
  name        = "${var.name}-${each.key}"
  location    = var.region
  description = "OpenHands Runner: ${each.key}"

  build_config {
    runtime           = "java25"
    entry_point       = each.value.entry_point
    service_account   = google_service_account.build["build"].id
    docker_repository = google_artifact_registry_repository.images.id
    environment_variables = {
      USE_JAVA_FF_2       = "true" # else the buildpack adds the framework's version 1.4
      GOOGLE_CLEAR_SOURCE = "true" # else the image has the archive twice
    }
    source {
      storage_source {
        bucket = google_storage_bucket.packages["packages"].name
        object = google_storage_bucket_object.package[each.key].name
      }
    }
    # New versions of Java come with a deployment, not by themselves in between.
    on_deploy_update_policy {}
  }

  service_config {
    available_memory                 = each.value.memory
    available_cpu                    = "1"
    max_instance_request_concurrency = each.value.concurrency
    min_instance_count               = 0
    max_instance_count               = each.value.max_instances
    timeout_seconds                  = each.value.timeout
    service_account_email            = google_service_account.function[each.key].email
    ingress_settings                 = each.value.called_by == "public" ? local.public_ingress : "ALLOW_INTERNAL_ONLY"
    all_traffic_on_latest_revision   = true
    environment_variables            = local.function_environment[each.key]
    # To the database and to private OpenHands through the network, to GitHub and the like directly.
    direct_vpc_egress = "VPC_EGRESS_PRIVATE_RANGES_ONLY"
    direct_vpc_network_interface {
      network    = google_compute_network.runner.id
      subnetwork = google_compute_subnetwork.functions.id
      tags       = ["${var.name}-functions"]
    }
  }

  lifecycle {
    precondition {
      condition     = each.value.called_by != "tasks" || (each.value.timeout < local.dispatch_deadline && local.dispatch_deadline < local.lease)
      error_message = "A function that tasks call must be over (${each.value.timeout} s) before its task counts as failed (${local.dispatch_deadline} s), and that before the run's lease is (${local.lease} s): else a run is looked at twice at once."
    }
    precondition {
      condition     = each.value.called_by != "scheduler" || each.value.timeout < local.attempt_deadline
      error_message = "A function that the scheduler calls must be over (${each.value.timeout} s) before its call counts as failed (${local.attempt_deadline} s)."
    }
    precondition {
      condition     = (each.value.path != null) == (each.value.called_by != "public")
      error_message = "Tasks and scheduler have to know what to call, and what they call must not be public."
    }
  }

  # A function that starts reads its secrets and its database: it must be let in before.
  depends_on = [
    google_project_service.api,
    google_project_iam_member.build, google_artifact_registry_repository_iam_member.build,
    google_secret_manager_secret_iam_member.reader, google_sql_user.account, google_project_iam_member.database,
  ]
}

# Callers have no Google account: the functions ask for a token or check a signature themselves.
resource "google_cloud_run_v2_service_iam_member" "public" {
  for_each = { for name, it in local.functions : name => it if it.called_by == "public" }
  name     = google_cloudfunctions2_function.function[each.key].name
  location = var.region
  role     = "roles/run.invoker"
  member   = "allUsers"

  lifecycle {
    # A service that is made anew has lost its policy.
    replace_triggered_by = [google_cloudfunctions2_function.function[each.key].id]
  }
}

# The others answer only the account of their queue or schedule.
resource "google_service_account" "invoker" {
  for_each     = { for name, it in local.functions : name => it if it.called_by != "public" }
  account_id   = "${var.name}-call-${each.key}"
  display_name = "Calls the function ${each.key} for ${each.value.called_by}"
  depends_on   = [google_project_service.api]
}

resource "google_cloud_run_v2_service_iam_member" "invoker" {
  for_each = google_service_account.invoker
  name     = google_cloudfunctions2_function.function[each.key].name
  location = var.region
  role     = "roles/run.invoker"
  member   = each.value.member

  lifecycle {
    replace_triggered_by = [google_cloudfunctions2_function.function[each.key].id]
  }
}
