# Everything that can be switched on, so that a plan has all of it.
project_id         = "acme-agents"
openhands          = "existing"
openhands_base_url = "https://openhands.example.com"
packages_dir       = "tests/packages"
domain             = "runs.example.com"
storage_type       = "gcs"
secrets            = ["github-webhook-secret", "gitlab-webhook-secret", "openhands-webhook-secret", "github-token", "gitlab-token", "llm-api-key"]
settings = {
  "openhands.dialect"        = "auto"
  "openhands.workspace_root" = "/workspace/runs"
  "openhands.agent_profile"  = "default"
  "openhands.llm.model"      = "some-model"
  "openhands.llm.base_url"   = "https://llm.example.com"
  "runs.start_timeout"       = "180 s"
  "runs.stall_timeout"       = "20 min"
  "git.github_url"           = "https://github.com"
  "git.gitlab_url"           = "https://gitlab.com"
  "log.level"                = "INFO"
}
