# What the functions are told, and what nobody can make Terraform tell them.
mock_provider "google" {
  source          = "./tests/mocks"
  override_during = plan
}

run "settings" {
  command = plan
  variables {
    settings = { "runs.stall_timeout" = "30 min", "openhands.llm.model" = "some/model", "log.level" = "DEBUG" }
  }

  assert {
    condition     = alltrue([for it in google_cloudfunctions2_function.function : it.service_config[0].environment_variables["OPENHANDS_RUNS_STALL_TIMEOUT"] == "30 min" && it.service_config[0].environment_variables["OPENHANDS_LLM_MODEL"] == "some/model" && it.service_config[0].environment_variables["OPENHANDS_LOG_LEVEL"] == "DEBUG"])
    error_message = "Settings reach every function under their variables."
  }
  assert {
    condition     = alltrue([for it in google_cloudfunctions2_function.function : it.service_config[0].environment_variables["LOG_EXECUTION_ID"] == "true"])
    error_message = "The platform adds LOG_EXECUTION_ID; left out, every plan would take it away."
  }
  assert {
    condition     = alltrue([for it in google_cloudfunctions2_function.function : it.service_config[0].environment_variables["GOOGLE_CLOUD_PROJECT"] == "acme-agents"])
    error_message = "Without the project, a line of the log does not find its trace."
  }
  assert {
    condition     = alltrue([for it in google_cloudfunctions2_function.function : it.service_config[0].environment_variables["OPENHANDS_REQUIRE_HTTPS"] == "true"])
    error_message = "Prompts and keys do not go over the Internet unencrypted."
  }
  assert {
    condition     = alltrue([for name in ["webhook", "poll-run", "maintain", "health"] : google_cloudfunctions2_function.function[name].service_config[0].environment_variables["OPENHANDS_BASE_URL"] == "https://openhands.example.com"])
    error_message = "Who speaks to OpenHands, or has to know its links, is told where it is."
  }
  assert {
    condition     = alltrue([for it in google_cloudfunctions2_function.function : !contains(keys(it.service_config[0].environment_variables), "OPENHANDS_SERVER_PUBLIC_URL")])
    error_message = "Without a domain a function's address is its own."
  }
  assert {
    condition     = alltrue([for it in google_cloudfunctions2_function.function : it.service_config[0].direct_vpc_egress == "VPC_EGRESS_PRIVATE_RANGES_ONLY" && length(it.service_config[0].direct_vpc_network_interface) == 1])
    error_message = "Functions reach the database through the network, and GitHub without a NAT."
  }
}

run "misspelt_setting" {
  command = plan
  variables {
    settings = { "runs.stal_timeout" = "30 min" }
  }
  expect_failures = [var.settings]
}

run "secret_as_a_setting" {
  command = plan
  variables {
    settings = { "database.password" = "hunter2" }
  }
  expect_failures = [var.settings]
}

run "setting_that_terraform_decides" {
  command = plan
  variables {
    settings = { "openhands.require_https" = "false" }
  }
  expect_failures = [var.settings]
}
