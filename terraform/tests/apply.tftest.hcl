# Everything at once is made in an order that exists; addresses are only known afterwards, as with the provider itself.
mock_provider "google" {
  source = "./tests/mocks"
}

variables {
  domain       = "runs.example.com"
  storage_type = "gcs"
  image        = "europe-west1-docker.pkg.dev/acme-agents/runner/standalone@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
  alert_email  = "ops@example.com"
  budget       = { billing_account = "012345-6789AB-CDEF01", monthly_amount = 150 }
  github       = { repository = "acme/agents" }
  state_bucket = "acme-terraform-state"
}

run "functions" {
  command = apply
  variables {
    openhands          = "managed"
    openhands_base_url = null
  }

  assert {
    condition     = output.base_url == "https://runs.example.com" && output.function_urls["poll-run"] == "https://function-abc123-ew.a.run.app"
    error_message = "The addresses are known."
  }
  assert {
    condition     = google_cloud_tasks_queue.queue["poll-run"].http_target[0].uri_override[0].host == "function-abc123-ew.a.run.app"
    error_message = "The queue calls the function that was made."
  }
  assert {
    condition     = endswith(google_cloudfunctions2_function.function["create-run"].service_config[0].environment_variables["OPENHANDS_DATABASE_URL"], "//10.21.0.3/runner?sslmode=require")
    error_message = "The functions know the database that was made."
  }
}

run "nothing_changes" {
  command = plan
  variables {
    openhands          = "managed"
    openhands_base_url = null
  }

  assert {
    condition     = output.function_urls["poll-run"] == "https://function-abc123-ew.a.run.app"
    error_message = "A plan after it still knows the addresses."
  }
}
