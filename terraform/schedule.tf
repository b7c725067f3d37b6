# Wakes what was lost. Calls may overlap and may be missed.
resource "google_cloud_scheduler_job" "schedule" {
  for_each         = { for name, it in local.functions : name => it if it.called_by == "scheduler" }
  name             = "${var.name}-${each.key}"
  description      = "Calls ${each.key} every minute"
  region           = var.region
  schedule         = "* * * * *"
  time_zone        = "Etc/UTC"
  attempt_deadline = "${local.attempt_deadline}s"

  # The next minute is the next attempt.
  retry_config {
    retry_count = 0
  }

  http_target {
    http_method = "POST"
    uri         = "${google_cloudfunctions2_function.function[each.key].service_config[0].uri}${each.value.path}"
    headers     = { "Content-Type" = "application/json" }
    body        = base64encode("{}")
    oidc_token {
      service_account_email = google_service_account.invoker[each.key].email
      audience              = google_cloudfunctions2_function.function[each.key].service_config[0].uri
    }
  }

  depends_on = [google_project_service.api]
}
