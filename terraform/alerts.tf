# When somebody has to look. Each entry is an alert; docs/operations.md says for each what to do.
#
#   filter  the time series
#   align   how the values of a period become one, and reduce how those of several series do
#   over    what is too much, and seconds for how long
locals {
  _metric = { for name, it in google_logging_metric.log : name => "metric.type=\"logging.googleapis.com/user/${it.name}\" AND resource.type=\"cloud_run_revision\"" }
  _runs   = "resource.type=\"cloud_run_revision\" AND resource.labels.service_name=monitoring.regex.full_match(\"${var.name}-.*\")"

  _counted = { align = "ALIGN_DELTA", reduce = "REDUCE_SUM", period = 300 }

  alerts = merge(
    {
      errors = merge(local._counted, {
        filter = local._metric["errors"], over = 5, seconds = 0
        means  = "The runner logs errors: more than five in five minutes."
      })
      server-errors = merge(local._counted, {
        filter = "metric.type=\"run.googleapis.com/request_count\" AND ${local._runs} AND metric.labels.response_code_class=\"5xx\"", over = 20, seconds = 0
        means  = "Requests are answered with 5xx: more than twenty in five minutes."
      })
      stuck-runs = merge(local._counted, {
        filter = local._metric["runs_set_aside"], over = 0, seconds = 0
        means  = "A run was set aside, since twenty looks at it in a row have failed."
      })
      webhook-signatures = merge(local._counted, {
        filter = local._metric["webhooks_rejected"], over = 5, seconds = 0
        means  = "Deliveries come with a wrong signature or token: a secret was changed on one side only, or somebody tries."
      })
      wake-ups = merge(local._counted, {
        filter = local._metric["wake_ups_failed"], over = 20, seconds = 0
        means  = "Cloud Tasks does not take wake-ups: runs go on, but only when the sweep finds them."
      })
      backends = merge(local._counted, {
        filter = local._metric["backend_failures"], over = 0, seconds = 600
        means  = "An OpenHands has not answered for ten minutes; its runs are held."
      })
      secrets = merge(local._counted, {
        filter = local._metric["secrets_failed"], over = 0, seconds = 0
        means  = "A secret could not be read again; its old value still holds."
      })
      uptime = {
        filter = "metric.type=\"monitoring.googleapis.com/uptime_check/check_passed\" AND resource.type=\"uptime_url\" AND metric.labels.check_id=\"${google_monitoring_uptime_check_config.health.uptime_check_id}\""
        align  = "ALIGN_NEXT_OLDER", reduce = "REDUCE_COUNT_FALSE", period = 600, over = 1, seconds = 60
        means  = "GET /health does not answer 200 to two or more places of the world."
      }
    },
    { for name, instance in google_sql_database_instance.runner : "connections" => {
      filter = "metric.type=\"cloudsql.googleapis.com/database/postgresql/num_backends\" AND resource.type=\"cloudsql_database\" AND resource.labels.database_id=\"${var.project_id}:${instance.name}\""
      align  = "ALIGN_MAX", reduce = "REDUCE_SUM", period = 300, over = floor(var.database.max_connections * 0.8), seconds = 0
      means  = "More than 80 % of the database's connections are in use."
    } },
    { for name, queue in google_cloud_tasks_queue.queue : "queue-age" => {
      filter = "metric.type=\"cloudtasks.googleapis.com/queue/task_attempt_delays\" AND resource.type=\"cloud_tasks_queue\" AND resource.labels.queue_id=\"${queue.name}\""
      align  = "ALIGN_PERCENTILE_99", reduce = "REDUCE_MAX", period = 300, over = 60000, seconds = 300
      means  = "Tasks wait longer than a minute after they are due."
    } },
  )
}

resource "google_monitoring_notification_channel" "mail" {
  for_each     = { for address in compact([var.alert_email]) : "mail" => address }
  display_name = "${var.name}: ${each.value}"
  type         = "email"
  labels       = { email_address = each.value }
  depends_on   = [google_project_service.api]
}

resource "google_monitoring_alert_policy" "alert" {
  for_each              = local.alerts
  display_name          = "${var.name}: ${each.key}"
  combiner              = "OR"
  notification_channels = values(google_monitoring_notification_channel.mail)[*].id

  conditions {
    display_name = each.value.means
    condition_threshold {
      filter          = each.value.filter
      comparison      = "COMPARISON_GT"
      threshold_value = each.value.over
      duration        = "${each.value.seconds}s"
      aggregations {
        alignment_period     = "${each.value.period}s"
        per_series_aligner   = each.value.align
        cross_series_reducer = each.value.reduce
      }
      trigger {
        count = 1
      }
    }
  }

  alert_strategy {
    auto_close = "3600s"
  }

  documentation {
    mime_type = "text/markdown"
    content   = "${each.value.means}\n\nWhat to do: docs/operations.md, \"${each.key}\"."
  }

  # A metric that is minutes old is not found yet; the functions take minutes to build.
  depends_on = [google_logging_metric.log, google_cloudfunctions2_function.function]
}

# What should come every minute and does not: nothing else would say so.
resource "google_monitoring_alert_policy" "silence" {
  for_each              = google_cloud_scheduler_job.schedule
  display_name          = "${var.name}: ${each.key}-silent"
  combiner              = "OR"
  notification_channels = values(google_monitoring_notification_channel.mail)[*].id

  conditions {
    display_name = "${each.key} has not answered 200 for ten minutes"
    condition_absent {
      filter   = "metric.type=\"run.googleapis.com/request_count\" AND resource.type=\"cloud_run_revision\" AND resource.labels.service_name=\"${var.name}-${each.key}\" AND metric.labels.response_code_class=\"2xx\""
      duration = "600s"
      aggregations {
        alignment_period     = "300s"
        per_series_aligner   = "ALIGN_DELTA"
        cross_series_reducer = "REDUCE_SUM"
      }
      trigger {
        count = 1
      }
    }
  }

  alert_strategy {
    auto_close = "3600s"
  }

  documentation {
    mime_type = "text/markdown"
    content   = "The schedule does not reach ${each.key}, or it fails: lost wake-ups are not found meanwhile.\n\nWhat to do: docs/operations.md, \"${each.key}-silent\"."
  }
}

resource "google_monitoring_uptime_check_config" "health" {
  display_name     = "${var.name}: health"
  timeout          = "10s"
  period           = "300s"
  selected_regions = ["EUROPE", "USA_OREGON", "ASIA_PACIFIC"]

  http_check {
    path         = "/health"
    port         = 443
    use_ssl      = true
    validate_ssl = true
  }

  monitored_resource {
    type = "uptime_url"
    labels = {
      project_id = var.project_id
      host       = trimprefix(local.function_urls["health"], "https://")
    }
  }

  depends_on = [google_project_service.api]
}
