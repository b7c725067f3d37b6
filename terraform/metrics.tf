# Counted from the log, since a function has no time between requests to report anything. The messages are those of the
# code: whoever changes one there changes it here.
locals {
  _logs     = "resource.type=\"cloud_run_revision\" AND resource.labels.service_name=~\"^${var.name}-\""
  _requests = "${local._logs} AND logName=\"projects/${var.project_id}/logs/run.googleapis.com%2Frequests\""

  log_metrics = {
    errors            = { filter = "${local._logs} AND severity>=ERROR", labels = { service = "EXTRACT(resource.labels.service_name)" } }
    runs_accepted     = { filter = "${local._logs} AND jsonPayload.message=\"run accepted\"", labels = {} }
    runs_ended        = { filter = "${local._logs} AND jsonPayload.message=~\"^run moved from [A-Z_]+ to (COMPLETED|FAILED|CANCELLED|TIMED_OUT)$\"", labels = { status = "REGEXP_EXTRACT(jsonPayload.message, \"to ([A-Z_]+)$\")" } }
    runs_set_aside    = { filter = "${local._logs} AND jsonPayload.message=~\"^run set aside after \"", labels = {} }
    looks_failed      = { filter = "${local._logs} AND jsonPayload.message=\"a look failed\"", labels = {} }
    wake_ups_failed   = { filter = "${local._logs} AND jsonPayload.message=\"wake-up could not be asked for, the sweep will find the run\"", labels = {} }
    backend_failures  = { filter = "${local._logs} AND jsonPayload.message=~\"^backend .+ does not work: \"", labels = {} }
    secrets_failed    = { filter = "${local._logs} AND jsonPayload.message=\"secret could not be read, the old value holds\"", labels = {} }
    storage_failures  = { filter = "${local._logs} AND jsonPayload.message=(\"storage unavailable\" OR \"task failed\")", labels = { service = "EXTRACT(resource.labels.service_name)" } }
    webhooks_rejected = { filter = "${local._requests} AND httpRequest.status=401 AND httpRequest.requestUrl=~\"/webhooks/\"", labels = { host = "REGEXP_EXTRACT(httpRequest.requestUrl, \"/webhooks/([a-z]+)\")" } }
  }
}

resource "google_logging_metric" "log" {
  for_each         = local.log_metrics
  name             = "${var.name}/${each.key}"
  filter           = each.value.filter
  label_extractors = each.value.labels

  metric_descriptor {
    metric_kind = "DELTA"
    value_type  = "INT64"
    unit        = "1"
    dynamic "labels" {
      for_each = each.value.labels
      content {
        key        = labels.key
        value_type = "STRING"
      }
    }
  }

  depends_on = [google_project_service.api]
}
