# Secrets are containers and names; no value is in a plan, and each is read by whom it concerns.
mock_provider "google" {
  source          = "./tests/mocks"
  override_during = plan
}

run "names_only" {
  command = plan

  assert {
    condition     = alltrue([for it in google_cloudfunctions2_function.function : length(it.service_config[0].secret_environment_variables) == 0 && length(it.service_config[0].secret_volumes) == 0])
    error_message = "The platform would refuse to make a function whose secret has no value yet."
  }
  assert {
    condition = alltrue(flatten([for it in google_cloudfunctions2_function.function : [for variable, value in it.service_config[0].environment_variables :
      startswith(value, "sm://projects/acme-agents/secrets/runner-") || variable == "OPENHANDS_DATABASE_PASSWORD" && value == "iam"
    if can(regex("TOKEN|SECRET|PASSWORD|KEY", variable))]]))
    error_message = "Every secret is a reference to Secret Manager."
  }
  assert {
    condition     = alltrue([for it in google_cloudfunctions2_function.function : !can(regex("//[^/]*@|password", it.service_config[0].environment_variables["OPENHANDS_DATABASE_URL"]))])
    error_message = "The address of the database has neither user nor password in it."
  }
  assert {
    condition     = toset(keys(google_secret_manager_secret.secret)) == toset(["api-tokens", "github-token", "github-webhook-secret", "marker-key", "openhands-token"])
    error_message = "A container for each secret in use."
  }
  assert {
    condition     = alltrue([for it in google_secret_manager_secret.secret : strcontains(output.next_commands, "gcloud secrets versions add ${it.secret_id} ")])
    error_message = "The next commands give each secret its value."
  }
  assert {
    condition     = alltrue([for it in google_secret_manager_secret.secret : it.deletion_protection])
    error_message = "Secrets are not deleted by mistake."
  }
}

run "readers" {
  command = plan
  variables {
    secrets = ["github-webhook-secret", "gitlab-webhook-secret", "openhands-webhook-secret", "github-token", "gitlab-token", "llm-api-key"]
  }

  assert {
    condition = toset(keys(google_secret_manager_secret_iam_member.reader)) == toset([
      "control-run/api-tokens", "control-run/marker-key", "create-run/api-tokens", "get-run/api-tokens", "health/openhands-token",
      "maintain/openhands-token", "poll-run/github-token", "poll-run/gitlab-token", "poll-run/llm-api-key", "poll-run/marker-key",
      "poll-run/openhands-token", "webhook/github-webhook-secret", "webhook/gitlab-webhook-secret", "webhook/marker-key",
      "webhook/openhands-webhook-secret",
    ])
    error_message = "Each function reads the secrets that it needs, and no other."
  }
  assert {
    condition     = alltrue([for name, it in google_secret_manager_secret_iam_member.reader : it.role == "roles/secretmanager.secretAccessor" && it.member == google_service_account.function[split("/", name)[0]].member])
    error_message = "A secret is read by the account of its function."
  }
  assert {
    condition     = google_cloudfunctions2_function.function["poll-run"].service_config[0].environment_variables["OPENHANDS_GIT_GITLAB_TOKEN"] == "sm://projects/acme-agents/secrets/runner-gitlab-token"
    error_message = "The runner is told the name of a secret."
  }
}

run "unused" {
  command = plan
  variables {
    secrets = []
  }

  assert {
    condition     = !anytrue([for variable in keys(google_cloudfunctions2_function.function["webhook"].service_config[0].environment_variables) : strcontains(variable, "WEBHOOKS")])
    error_message = "A webhook without a secret is closed, not broken."
  }
  assert {
    condition     = output.webhook_urls == {}
    error_message = "No address is given out for a closed webhook."
  }
}
