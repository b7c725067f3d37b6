# The other variant: the standalone as a service that is always on, without functions, queue and schedule.
mock_provider "google" {
  source          = "./tests/mocks"
  override_during = plan
}

variables {
  variant = "service"
  image   = "europe-west1-docker.pkg.dev/acme-agents/runner/standalone@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
}

run "instead_of_functions" {
  command = plan

  assert {
    condition     = length(google_cloudfunctions2_function.function) + length(google_cloud_tasks_queue.queue) + length(google_cloud_scheduler_job.schedule) + length(google_storage_bucket.packages) + length(google_service_account.build) == 0
    error_message = "There is nothing of the functions."
  }
  assert {
    condition     = google_cloud_run_v2_service.service["service"].template[0].scaling[0].min_instance_count == 1 && !google_cloud_run_v2_service.service["service"].template[0].containers[0].resources[0].cpu_idle
    error_message = "Nothing wakes it, so one instance is always on and always has a processor."
  }
  assert {
    condition     = google_cloud_run_v2_service.service["service"].template[0].service_account == google_service_account.service["service"].email
    error_message = "The service acts as its own account."
  }
  assert {
    condition = alltrue([for it in google_cloud_run_v2_service.service["service"].template[0].containers[0].env :
      length(it.value_source) == 0 && (!can(regex("TOKEN|SECRET|PASSWORD|KEY", it.name)) || startswith(it.value, "sm://") || it.value == "iam")
    ])
    error_message = "Every secret is a reference to Secret Manager."
  }
  assert {
    condition     = contains([for it in google_cloud_run_v2_service.service["service"].template[0].containers[0].env : "${it.name}=${it.value}"], "OPENHANDS_DATABASE_MIGRATE=false")
    error_message = "Only the job changes the schema."
  }
  assert {
    condition     = toset(keys(google_sql_user.account)) == toset(["service", "migrate"])
    error_message = "The service and the job log in."
  }
  assert {
    condition     = output.connections == 96
    error_message = "2 x 10 x 2 (callers and looks), twice while a version is replaced, and 16."
  }
  assert {
    condition     = output.base_url == "https://service-abc123-ew.a.run.app" && output.webhook_urls["github"] == "https://service-abc123-ew.a.run.app/webhooks/github"
    error_message = "One service has one address."
  }
}

run "behind_a_domain" {
  command = plan
  variables {
    domain       = "runs.example.com"
    storage_type = "gcs"
  }

  assert {
    condition     = google_cloud_run_v2_service.service["service"].ingress == "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER"
    error_message = "Nobody may go round Cloud Armor."
  }
  assert {
    condition     = toset(keys(google_compute_backend_service.backend)) == toset(["service"]) && alltrue([for rule in output.routes.rules : rule.function == "service"])
    error_message = "All routes lead to the service."
  }
  assert {
    condition     = google_storage_bucket_iam_member.artifacts["service"].role == "roles/storage.objectUser"
    error_message = "The service keeps artifacts in the bucket."
  }
}

run "database_that_exists" {
  command = plan
  variables {
    database = { provision = "existing" }
  }

  assert {
    condition     = contains([for it in google_cloud_run_v2_service.service["service"].template[0].containers[0].env : "${it.name}=${it.value}"], "OPENHANDS_DATABASE_URL=sm://projects/acme-agents/secrets/runner-database-url")
    error_message = "The service knows it by its secret, too."
  }
}
