# A queue for each function that tasks call. The queue carries the address and the token, so a task has only a body, and
# the functions know the queue by its name alone: knowing each other's addresses would be a cycle.
locals {
  queues     = { for name, it in local.functions : name => it if it.called_by == "tasks" }
  poll_queue = "${var.name}-poll-run"
}

resource "google_cloud_tasks_queue" "queue" {
  for_each = local.queues
  name     = "${var.name}-${each.key}"
  location = var.region
  # The name of a deleted queue cannot be used for days.
  deletion_policy = var.deletion_protection ? "PREVENT" : "DELETE"

  http_target {
    http_method = "POST"
    uri_override {
      scheme                    = "HTTPS"
      host                      = trimprefix(google_cloudfunctions2_function.function[each.key].service_config[0].uri, "https://")
      uri_override_enforce_mode = "ALWAYS"
      path_override {
        path = each.value.path
      }
    }
    oidc_token {
      service_account_email = google_service_account.invoker[each.key].email
      # Left out it would be the whole address, which the platform does not take.
      audience = google_cloudfunctions2_function.function[each.key].service_config[0].uri
    }
  }

  rate_limits {
    max_dispatches_per_second = 100
    # No more at once than the instances take: the rest waits here instead of being refused there.
    max_concurrent_dispatches = each.value.max_instances * each.value.concurrency
  }

  # A run whose task was given up is found by maintain, so there is no need to insist for long.
  retry_config {
    max_attempts       = 10
    max_retry_duration = "600s"
    min_backoff        = "2s"
    max_backoff        = "60s"
    max_doublings      = 5
  }

  # Not a line for each task: the function's own lines say more.
  stackdriver_logging_config {
    sampling_ratio = 0
  }

  depends_on = [google_project_service.api]
}

resource "google_cloud_tasks_queue_iam_member" "enqueuer" {
  for_each = { for name, it in local.functions : name => it if it.enqueues }
  name     = google_cloud_tasks_queue.queue["poll-run"].name
  location = var.region
  role     = "roles/cloudtasks.enqueuer"
  member   = google_service_account.function[each.key].member
}
