# The deployment that the tests begin from; each run says what is different.
project_id         = "acme-agents"
openhands          = "existing"
openhands_base_url = "https://openhands.example.com"
packages_dir       = "tests/packages"
