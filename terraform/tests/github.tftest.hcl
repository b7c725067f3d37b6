# Who may deploy.
mock_provider "google" {
  source          = "./tests/mocks"
  override_during = plan
}

run "nobody" {
  command = plan

  assert {
    condition     = length(google_iam_workload_identity_pool.github) + length(google_service_account.deployer) + length(google_project_iam_member.deployer) + length(google_service_account_iam_member.deployer) + length(google_storage_bucket_iam_member.deployer) == 0
    error_message = "Without a repository nothing trusts GitHub."
  }
}

run "secrets_kept_elsewhere" {
  command = plan
  variables {
    github       = { repository = "acme/agents", secrets = [] }
    state_bucket = "acme-terraform-state"
  }

  assert {
    condition     = length(google_secret_manager_secret_iam_member.deployer) == 0
    error_message = "Who keeps secrets elsewhere lets GitHub at none."
  }
}

run "one_repository" {
  command = plan
  variables {
    github       = { repository = "acme/agents" }
    state_bucket = "acme-terraform-state"
  }

  assert {
    condition     = google_iam_workload_identity_pool_provider.github["github"].attribute_condition == "assertion.repository == 'acme/agents' && assertion.ref == 'refs/heads/main' && assertion.event_name in ['push', 'workflow_dispatch']"
    error_message = "Any other repository, branch or event could deploy."
  }
  assert {
    condition     = google_service_account_iam_member.github["github"].member == "principalSet://iam.googleapis.com/${google_iam_workload_identity_pool.github["github"].name}/attribute.repository/acme/agents"
    error_message = "Only this repository becomes the deployer."
  }
  assert {
    condition     = google_iam_workload_identity_pool_provider.github["github"].attribute_mapping["attribute.repository"] == "assertion.repository"
    error_message = "The repository is what GitHub says."
  }
  assert {
    condition     = !anytrue([for it in google_project_iam_member.deployer : can(regex("owner|editor|admin|secretAccessor|serviceAccountUser|tokenCreator", it.role))])
    error_message = "The deployer is no administrator, reads no secret, and is nobody else in the project."
  }
  assert {
    condition     = alltrue([for it in google_service_account_iam_member.deployer : it.role == "roles/iam.serviceAccountUser"]) && toset(keys(google_service_account_iam_member.deployer)) == toset(["build", "control-run", "create-run", "get-run", "health", "maintain", "migrate", "poll-run", "webhook"])
    error_message = "The deployer gives functions and job their accounts, and acts as nobody else."
  }
  assert {
    condition     = { for name, it in google_storage_bucket_iam_member.deployer : name => it.bucket } == { packages = "acme-agents-runner-packages", state = "acme-terraform-state" }
    error_message = "The deployer writes packages and the state."
  }
  assert {
    condition     = toset([for it in google_secret_manager_secret_iam_member.deployer : it.secret_id]) == toset([for name in ["github-webhook-secret", "openhands-token"] : google_secret_manager_secret.secret[name].id])
    error_message = "The deployer adds values of the secrets that GitHub keeps, and reads no other."
  }
  assert {
    condition     = toset([for it in google_secret_manager_secret_iam_member.deployer : it.role]) == toset(["roles/secretmanager.secretAccessor", "roles/secretmanager.secretVersionAdder"])
    error_message = "The deployer removes no value of a secret."
  }
  assert {
    condition     = output.github_secrets.GCP_PROJECT == "acme-agents" && output.github_secrets.DEPLOYER_SA == google_service_account.deployer["github"].email
    error_message = "The output has what GitHub needs to know."
  }
}
