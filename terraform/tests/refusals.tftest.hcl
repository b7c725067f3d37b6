# What each variable refuses.
mock_provider "google" {
  source          = "./tests/mocks"
  override_during = plan
}

run "project_by_its_number" {
  command = plan
  variables {
    project_id = "123456789012"
  }
  expect_failures = [var.project_id]
}

run "project_by_its_title" {
  command = plan
  variables {
    project_id = "Acme"
  }
  expect_failures = [var.project_id]
}

run "zone_for_a_region" {
  command = plan
  variables {
    region = "europe-west1-b"
  }
  expect_failures = [var.region]
}

run "name_of_one_letter" {
  command = plan
  variables {
    name = "r"
  }
  expect_failures = [var.name]
}

run "name_that_accounts_have_no_room_for" {
  command = plan
  variables {
    name = "a-very-long-name"
  }
  expect_failures = [var.name]
}

run "name_in_capitals" {
  command = plan
  variables {
    name = "Runner"
  }
  expect_failures = [var.name]
}

run "domain_with_a_scheme" {
  command = plan
  variables {
    domain = "https://runs.example.com"
  }
  expect_failures = [var.domain]
}

run "domain_without_a_dot" {
  command = plan
  variables {
    domain = "runs"
  }
  expect_failures = [var.domain]
}

run "address_without_a_domain" {
  command = plan
  variables {
    alert_email = "ops"
  }
  expect_failures = [var.alert_email]
}

run "budget_without_an_account" {
  command = plan
  variables {
    budget = { billing_account = "mine", monthly_amount = 100 }
  }
  expect_failures = [var.budget]
}

run "budget_of_nothing" {
  command = plan
  variables {
    budget = { billing_account = "012345-6789AB-CDEF01", monthly_amount = 0 }
  }
  expect_failures = [var.budget]
}

run "budget_in_an_unknown_currency" {
  command = plan
  variables {
    budget = { billing_account = "012345-6789AB-CDEF01", monthly_amount = 100, currency = "euro" }
  }
  expect_failures = [var.budget]
}

run "machine_of_another_edition" {
  command = plan
  variables {
    database = { tier = "db-perf-optimized-N-2" }
  }
  expect_failures = [var.database]
}

run "hardly_any_connections" {
  command = plan
  variables {
    database = { max_connections = 10 }
  }
  expect_failures = [var.database]
}

run "empty_pool" {
  command = plan
  variables {
    database = { pool_size = 0 }
  }
  expect_failures = [var.database]
}

run "fewer_backups_than_a_week" {
  command = plan
  variables {
    database = { retained_backups = 1 }
  }
  expect_failures = [var.database]
}

run "repository_without_an_owner" {
  command = plan
  variables {
    github       = { repository = "acme" }
    state_bucket = "acme-state"
  }
  expect_failures = [var.github]
}

run "every_repository_of_an_owner" {
  command = plan
  variables {
    github       = { repository = "acme/*" }
    state_bucket = "acme-state"
  }
  expect_failures = [var.github]
}

run "several_branches" {
  command = plan
  variables {
    github       = { repository = "acme/agents", branch = "release *" }
    state_bucket = "acme-state"
  }
  expect_failures = [var.github]
}

run "deployments_without_a_state" {
  command = plan
  variables {
    github = { repository = "acme/agents" }
  }
  expect_failures = [var.state_bucket]
}

run "bucket_with_a_scheme" {
  command = plan
  variables {
    state_bucket = "gs://acme-state"
  }
  expect_failures = [var.state_bucket]
}

run "image_by_a_tag" {
  command = plan
  variables {
    image = "europe-west1-docker.pkg.dev/acme-agents/runner/standalone:latest"
  }
  expect_failures = [var.image]
}

run "service_without_an_image" {
  command = plan
  variables {
    variant = "service"
  }
  expect_failures = [var.image]
}

run "instances_of_an_unknown_function" {
  command = plan
  variables {
    max_instances = { create-runs = 5 }
  }
  expect_failures = [var.max_instances]
}

run "no_instances" {
  command = plan
  variables {
    max_instances = { create-run = 0 }
  }
  expect_failures = [var.max_instances]
}

run "half_an_instance" {
  command = plan
  variables {
    max_instances = { create-run = 1.5 }
  }
  expect_failures = [var.max_instances]
}

run "address_for_a_range" {
  command = plan
  variables {
    network = { functions_cidr = "10.20.0.0" }
  }
  expect_failures = [var.network]
}

run "range_with_too_few_addresses" {
  command = plan
  variables {
    network = { functions_cidr = "10.20.0.0/28" }
  }
  expect_failures = [var.network]
}

run "database_without_an_address" {
  command = plan
  variables {
    network = { database_address = "10.21" }
  }
  expect_failures = [var.network]
}

run "no_openhands" {
  command = plan
  variables {
    openhands = "none"
  }
  expect_failures = [var.openhands]
}

run "managed_that_exists" {
  command = plan
  variables {
    openhands = "managed"
  }
  expect_failures = [var.openhands_base_url]
}

run "existing_nowhere" {
  command = plan
  variables {
    openhands_base_url = null
  }
  expect_failures = [var.openhands_base_url]
}

run "openhands_without_a_scheme" {
  command = plan
  variables {
    openhands_base_url = "openhands.example.com"
  }
  expect_failures = [var.openhands_base_url]
}

run "key_in_an_address" {
  command = plan
  variables {
    openhands_base_url = "https://key@openhands.example.com"
  }
  expect_failures = [var.openhands_base_url]
}

run "latest_image" {
  command = plan
  variables {
    openhands_vm = { image = "ghcr.io/openhands/agent-canvas:latest" }
  }
  expect_failures = [var.openhands_vm]
}

run "image_without_a_version" {
  command = plan
  variables {
    openhands_vm = { image = "ghcr.io/openhands/agent-canvas" }
  }
  expect_failures = [var.openhands_vm]
}

run "small_disk" {
  command = plan
  variables {
    openhands_vm = { disk_gb = 5 }
  }
  expect_failures = [var.openhands_vm]
}

run "zone_for_a_letter" {
  command = plan
  variables {
    openhands_vm = { zone_letter = "europe-west1-b" }
  }
  expect_failures = [var.openhands_vm]
}

run "missing_packages" {
  command = plan
  variables {
    packages_dir = "tests/nothing"
  }
  expect_failures = [var.packages_dir]
}

run "unknown_secret" {
  command = plan
  variables {
    secrets = ["github-password"]
  }
  expect_failures = [var.secrets]
}

run "files_of_a_function" {
  command = plan
  variables {
    storage_type = "local"
  }
  expect_failures = [var.storage_type]
}

run "unknown_variant" {
  command = plan
  variables {
    variant = "kubernetes"
  }
  expect_failures = [var.variant]
}

run "database_of_somebody" {
  command = plan
  variables {
    database = { provision = "borrowed" }
  }
  expect_failures = [var.database]
}

run "commit_by_its_branch" {
  command = plan
  variables {
    commit = "main"
  }
  expect_failures = [var.commit]
}

run "github_with_a_secret_of_callers" {
  command = plan
  variables {
    github       = { repository = "acme/agents", secrets = ["api-tokens"] }
    state_bucket = "acme-terraform-state"
  }
  expect_failures = [var.github]
}
