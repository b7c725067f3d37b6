# Containers only. Values are added with `gcloud secrets versions add`, so that none is ever in a plan or a state; the
# output next_commands has the commands.
#
#   variable  what tells the runner where the secret is
#   runner    whether the runner reads it; OpenHands' machine reads the others
locals {
  _required_secrets = {
    api-tokens      = { variable = "OPENHANDS_SECURITY_API_TOKENS", runner = true, meaning = "what callers show: token[;projects=a|b][;scopes=...], comma separated" }
    marker-key      = { variable = "OPENHANDS_SECURITY_MARKER_KEY", runner = true, meaning = "signs the marker in pull requests; any long random text" }
    openhands-token = { variable = "OPENHANDS_TOKEN", runner = true, meaning = "the key that OpenHands wants" }
  }

  _optional_secrets = {
    github-webhook-secret    = { variable = "OPENHANDS_WEBHOOKS_GITHUB_SECRET", runner = true, meaning = "the secret of GitHub's webhooks" }
    gitlab-webhook-secret    = { variable = "OPENHANDS_WEBHOOKS_GITLAB_SECRET", runner = true, meaning = "the token or signing secret of GitLab's webhooks" }
    openhands-webhook-secret = { variable = "OPENHANDS_WEBHOOKS_OPENHANDS_SECRET", runner = true, meaning = "what OpenHands shows when it pushes" }
    github-token             = { variable = "OPENHANDS_GIT_GITHUB_TOKEN", runner = true, meaning = "clones private repositories on GitHub, looks up pull requests" }
    gitlab-token             = { variable = "OPENHANDS_GIT_GITLAB_TOKEN", runner = true, meaning = "the same on GitLab" }
    llm-api-key              = { variable = "OPENHANDS_LLM_API_KEY", runner = true, meaning = "the key of the model that runs get" }
  }

  # What a managed OpenHands encrypts its settings with.
  _managed_secrets = {
    openhands-secret-key = { variable = "OH_SECRET_KEY", runner = false, meaning = "encrypts what OpenHands keeps; 32 characters or more, never changed" }
  }

  # Where the database exists, and with it somebody's user and password.
  _database_secrets = {
    database-url = { variable = "OPENHANDS_DATABASE_URL", runner = true, meaning = "the database's URL with user and password, postgresql://USER:PASSWORD@HOST/NAME?sslmode=require" }
  }

  secrets = merge(
    local._required_secrets,
    { for name, it in local._database_secrets : name => it if var.database.provision == "existing" },
    { for name, it in local._optional_secrets : name => it if contains(var.secrets, name) },
    { for name, it in local._managed_secrets : name => it if var.openhands == "managed" },
  )

  # The latest version, read anew every five minutes: a rotation needs no deployment.
  secret_reference = { for name, it in local.secrets : name => "sm://projects/${var.project_id}/secrets/${var.name}-${name}" }

  # Which account reads which secret.
  _secret_readers = merge(
    merge([for name, it in local.functions : {
      for secret in it.secrets : "${name}/${secret}" => { secret = secret, member = google_service_account.function[name].member }
    }]...),
    merge([for name, account in google_service_account.service : {
      for secret, it in local.secrets : "${name}/${secret}" => { secret = secret, member = account.member } if it.runner
    }]...),
    { for secret in setintersection(keys(local._database_secrets), keys(local.secrets)) :
    "migrate/${secret}" => { secret = secret, member = google_service_account.migrate["migrate"].member } },
    merge([for name, account in google_service_account.openhands : {
      for secret in ["openhands-token", "openhands-secret-key"] : "${name}/${secret}" => { secret = secret, member = account.member }
    }]...),
  )
}

resource "google_secret_manager_secret" "secret" {
  for_each            = local.secrets
  secret_id           = "${var.name}-${each.key}"
  deletion_protection = var.deletion_protection
  annotations         = { meaning = each.value.meaning }

  replication {
    user_managed {
      replicas {
        location = var.region
      }
    }
  }

  depends_on = [google_project_service.api]
}

resource "google_secret_manager_secret_iam_member" "reader" {
  for_each  = local._secret_readers
  secret_id = google_secret_manager_secret.secret[each.value.secret].id
  role      = "roles/secretmanager.secretAccessor"
  member    = each.value.member
}
