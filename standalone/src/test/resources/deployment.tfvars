# The deployment that the end-to-end tests run: functions behind a load balancer, with the secrets that they need.
project_id         = "acme-runner"
openhands          = "existing"
openhands_base_url = "main=https://openhands.example.com;max=200"
domain             = "runs.example.com"
secrets            = ["github-webhook-secret", "openhands-webhook-secret"]
packages_dir       = "tests/packages"
