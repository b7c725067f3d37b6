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
}
