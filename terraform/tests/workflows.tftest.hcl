# What the workflows of GitHub may do, beside what actionlint knows: they hold the keys to the deployment.
run "workflows" {
  command = plan
  module {
    source = "./tests/workflows"
  }

  assert {
    condition     = alltrue([for uses in output.actions : can(regex("@[0-9a-f]{40}$", uses))])
    error_message = "Every action is pinned by its hash: a tag can be moved to other code."
  }
  assert {
    condition     = alltrue([for permissions in values(output.permissions) : startswith(permissions, "{")])
    error_message = "Every workflow says which permissions it needs; without, it may have all."
  }
  assert {
    condition     = alltrue([for text in values(output.texts) : !strcontains(text, "\"pull_request_target\"")])
    error_message = "No workflow runs a stranger's pull request with the repository's rights."
  }
  assert {
    condition = alltrue([for file, permissions in output.permissions : permissions == jsonencode({ contents = "read" })]) && jsonencode({ for name, job in output.jobs : name => job.permissions if can(job.permissions) }) == jsonencode({
      "deploy.yaml/deploy" = { contents = "read", id-token = "write" }
    })
    error_message = "A workflow reads; one job of one may become the deployer."
  }
  assert {
    condition     = alltrue([for file, text in output.texts : file == "deploy.yaml" || !strcontains(text, "secrets.")])
    error_message = "Secrets are for the job that deploys."
  }
  assert {
    condition     = try(output.deploys.jobs.deploy.needs, "nothing") == "test" && output.deploys.jobs.test.uses == "./.github/workflows/test.yaml" && jsonencode(output.deploys["true"]) == jsonencode({ push = { branches = ["main"] }, workflow_dispatch = null })
    error_message = "Main is deployed after its tests, and nothing else is."
  }
  assert {
    condition     = jsonencode(output.deploys.concurrency) == jsonencode({ group = "deploy", cancel-in-progress = false })
    error_message = "One deployment after another, and none is cut off half way."
  }
  assert {
    condition     = alltrue([for job in values(output.jobs) : try(job.timeout-minutes, 360) <= 60])
    error_message = "Every job ends within an hour."
  }
  assert {
    condition = alltrue([for name in ["GCP_PROJECT", "GCP_REGION", "WIF_PROVIDER", "DEPLOYER_SA", "DATABASE_URL", "OPENHANDS_BASE_URL", "OPENHANDS_TOKEN", "GITHUB_WEBHOOK_SECRET"] :
      strcontains(output.texts["deploy.yaml"], "secrets.${name}")
    ])
    error_message = "The workflow takes the secrets that the README of the deployment names."
  }
}
