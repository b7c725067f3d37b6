# The other variant, with a database that exists.
project_id         = "acme-agents"
openhands          = "existing"
openhands_base_url = "https://openhands.example.com"
variant            = "service"
image              = "europe-west1-docker.pkg.dev/acme-agents/runner/standalone@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
database           = { provision = "existing" }
