# What must fit together is refused when it does not, before anything is changed.
mock_provider "google" {
  source          = "./tests/mocks"
  override_during = plan
}

run "the_defaults_fit" {
  command = plan

  assert {
    condition     = output.connections == 98
    error_message = "(5+5+3+4+10+2+2) x 2, 10 x 2 again while poll-run is replaced, and 16."
  }
  assert {
    condition     = google_cloudfunctions2_function.function["poll-run"].service_config[0].timeout_seconds == 90
    error_message = "A tick is made for 90 seconds (PollRun)."
  }
  assert {
    condition     = alltrue([for it in google_cloudfunctions2_function.function : it.service_config[0].max_instance_request_concurrency == 1 || tonumber(it.service_config[0].available_cpu) >= 1])
    error_message = "Several requests at once need a whole processor."
  }
  assert {
    condition     = local.dispatch_deadline == 100 && local.lease == 120
    error_message = "The deadline of a task (WakeUpTask) and the lease of a run (PollRun) are the code's."
  }
}

run "too_many_instances" {
  command = plan
  variables {
    max_instances = { poll-run = 40 }
  }
  expect_failures = [output.connections]
}

run "too_large_pools" {
  command = plan
  variables {
    database = { pool_size = 5 }
  }
  expect_failures = [output.connections]
}

run "too_few_connections" {
  command = plan
  variables {
    database = { max_connections = 50 }
  }
  expect_failures = [output.connections]
}

run "too_many_services" {
  command = plan
  variables {
    variant       = "service"
    image         = "europe-west1-docker.pkg.dev/acme-agents/runner/standalone@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
    max_instances = { service = 5 }
  }
  expect_failures = [output.connections]
}

run "more_instances_than_connections_of_a_database_that_exists" {
  command = plan
  variables {
    database = { provision = "existing", max_connections = 60 }
  }
  expect_failures = [output.connections]
}
