# One page: what comes in, what becomes of it, what waits, what fails.
locals {
  _charts = merge(
    {
      "Runs accepted"           = { filter = local._metric["runs_accepted"], align = "ALIGN_DELTA", group = [] }
      "Runs ended, by status"   = { filter = local._metric["runs_ended"], align = "ALIGN_DELTA", group = ["metric.label.status"] }
      "Runs set aside"          = { filter = local._metric["runs_set_aside"], align = "ALIGN_DELTA", group = [] }
      "Errors, by service"      = { filter = local._metric["errors"], align = "ALIGN_DELTA", group = ["metric.label.service"] }
      "Backends that failed"    = { filter = local._metric["backend_failures"], align = "ALIGN_DELTA", group = [] }
      "Webhooks rejected"       = { filter = local._metric["webhooks_rejected"], align = "ALIGN_DELTA", group = ["metric.label.host"] }
      "Requests, by service"    = { filter = "metric.type=\"run.googleapis.com/request_count\" AND ${local._runs}", align = "ALIGN_RATE", group = ["resource.label.service_name"] }
      "Latency, 95th of 100"    = { filter = "metric.type=\"run.googleapis.com/request_latencies\" AND ${local._runs}", align = "ALIGN_PERCENTILE_95", group = ["resource.label.service_name"] }
      "Instances"               = { filter = "metric.type=\"run.googleapis.com/container/instance_count\" AND ${local._runs}", align = "ALIGN_MAX", group = ["resource.label.service_name"] }
      "Memory, 95th of 100"     = { filter = "metric.type=\"run.googleapis.com/container/memory/utilizations\" AND ${local._runs}", align = "ALIGN_PERCENTILE_95", group = ["resource.label.service_name"] }
      "Database connections"    = { filter = "metric.type=\"cloudsql.googleapis.com/database/postgresql/num_backends\" AND resource.type=\"cloudsql_database\"", align = "ALIGN_MAX", group = [] }
      "Database, processor"     = { filter = "metric.type=\"cloudsql.googleapis.com/database/cpu/utilization\" AND resource.type=\"cloudsql_database\"", align = "ALIGN_MEAN", group = [] }
      "Database, bytes on disk" = { filter = "metric.type=\"cloudsql.googleapis.com/database/disk/bytes_used\" AND resource.type=\"cloudsql_database\"", align = "ALIGN_MEAN", group = [] }
    },
    { for name in keys(google_cloud_tasks_queue.queue) : "Tasks waiting" => { filter = "metric.type=\"cloudtasks.googleapis.com/queue/depth\" AND resource.type=\"cloud_tasks_queue\"", align = "ALIGN_MEAN", group = ["resource.label.queue_id"] } },
  )
  _titles = keys(local._charts)
}

resource "google_monitoring_dashboard" "runner" {
  dashboard_json = jsonencode({
    displayName = "OpenHands Runner: ${var.name}"
    mosaicLayout = {
      columns = 12
      tiles = [for i, title in local._titles : {
        xPos   = (i % 3) * 4
        yPos   = floor(i / 3) * 4
        width  = 4
        height = 4
        widget = {
          title = title
          xyChart = {
            dataSets = [{
              plotType = "LINE"
              timeSeriesQuery = {
                timeSeriesFilter = {
                  filter = local._charts[title].filter
                  aggregation = {
                    alignmentPeriod    = "300s"
                    perSeriesAligner   = local._charts[title].align
                    crossSeriesReducer = strcontains(local._charts[title].align, "PERCENTILE") ? "REDUCE_MAX" : "REDUCE_SUM"
                    groupByFields      = local._charts[title].group
                  }
                }
              }
            }]
          }
        }
      }]
    }
  })

  depends_on = [google_project_service.api]
}
