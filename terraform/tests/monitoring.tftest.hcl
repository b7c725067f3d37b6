# What is counted, and when somebody is told.
mock_provider "google" {
  source          = "./tests/mocks"
  override_during = plan
}

variables {
  alert_email = "ops@example.com"
}

run "alerts" {
  command = plan

  assert {
    condition     = toset(keys(google_monitoring_alert_policy.alert)) == toset(["errors", "server-errors", "stuck-runs", "webhook-signatures", "wake-ups", "backends", "secrets", "connections", "uptime", "queue-age"])
    error_message = "An alert for each thing that somebody has to look at."
  }
  assert {
    condition     = toset(keys(google_monitoring_alert_policy.silence)) == toset(["maintain"])
    error_message = "A schedule that stops is noticed."
  }
  assert {
    condition     = alltrue([for it in concat(values(google_monitoring_alert_policy.alert), values(google_monitoring_alert_policy.silence)) : it.notification_channels == tolist([google_monitoring_notification_channel.mail["mail"].id])])
    error_message = "Every alert is told to somebody."
  }
  assert {
    condition     = alltrue([for name, it in google_monitoring_alert_policy.alert : strcontains(it.documentation[0].content, "docs/operations.md, \"${name}\"")])
    error_message = "Every alert says where to read what to do."
  }
  assert {
    condition     = google_monitoring_alert_policy.alert["connections"].conditions[0].condition_threshold[0].threshold_value == 80
    error_message = "Four fifths of 100 connections."
  }
  assert {
    condition     = strcontains(google_monitoring_alert_policy.alert["stuck-runs"].conditions[0].condition_threshold[0].filter, "user/runner/runs_set_aside\"")
    error_message = "A stuck run is one that was set aside."
  }
  assert {
    condition     = google_monitoring_uptime_check_config.health.http_check[0].path == "/health" && google_monitoring_uptime_check_config.health.monitored_resource[0].labels["host"] == "function-abc123-ew.a.run.app" && google_monitoring_uptime_check_config.health.http_check[0].validate_ssl
    error_message = "Health is asked from outside."
  }
}

run "metrics" {
  command = plan

  assert {
    condition     = alltrue([for it in google_logging_metric.log : strcontains(it.filter, "resource.labels.service_name=~\"^runner-\"")])
    error_message = "Only this deployment's lines are counted."
  }
  assert {
    condition     = alltrue([for it in google_logging_metric.log : join(",", sort(keys(it.label_extractors))) == join(",", sort([for label in it.metric_descriptor[0].labels : label.key]))])
    error_message = "A label that is extracted must be declared."
  }
  assert {
    condition     = !anytrue([for it in google_logging_metric.log : strcontains(join(",", values(it.label_extractors)), "run_id")])
    error_message = "A label per run would be a time series per run."
  }
}

run "dashboard" {
  command = plan

  assert {
    condition     = length(jsondecode(google_monitoring_dashboard.runner.dashboard_json).mosaicLayout.tiles) == 14
    error_message = "The dashboard has its charts."
  }
  assert {
    condition     = alltrue([for tile in jsondecode(google_monitoring_dashboard.runner.dashboard_json).mosaicLayout.tiles : tile.xPos + tile.width <= 12])
    error_message = "Tiles stay within twelve columns."
  }
}

run "nobody_told" {
  command = plan
  variables {
    alert_email = null
  }

  assert {
    condition     = length(google_monitoring_notification_channel.mail) == 0 && length(google_monitoring_alert_policy.alert) == 10
    error_message = "Without an address the alerts are still there to be seen."
  }
}

run "budget" {
  command = plan
  variables {
    budget = { billing_account = "012345-6789AB-CDEF01", monthly_amount = 150, currency = "EUR" }
  }

  assert {
    condition     = google_billing_budget.month["budget"].amount[0].specified_amount[0].units == "150" && google_billing_budget.month["budget"].amount[0].specified_amount[0].currency_code == "EUR"
    error_message = "The budget is what was asked for."
  }
  assert {
    condition     = google_billing_budget.month["budget"].budget_filter[0].projects == toset(["projects/123456789012"])
    error_message = "The budget is this project's: without the number it would count all of the account's."
  }
  assert {
    condition     = google_billing_budget.month["budget"].all_updates_rule[0].monitoring_notification_channels == tolist([google_monitoring_notification_channel.mail["mail"].id])
    error_message = "The budget tells who the alerts tell."
  }
  assert {
    condition     = length(google_billing_budget.month["budget"].threshold_rules) == 4
    error_message = "Told at half, nearly all, all, and when more is to be expected."
  }
}

run "no_budget" {
  command = plan

  assert {
    condition     = length(google_billing_budget.month) == 0
    error_message = "Without a billing account there is no budget."
  }
}
