# Tasks and schedule: whom they call, as whom, and how often.
mock_provider "google" {
  source          = "./tests/mocks"
  override_during = plan
}

run "queue" {
  command = plan

  assert {
    condition     = toset(keys(google_cloud_tasks_queue.queue)) == toset(["poll-run"])
    error_message = "A queue for each function that tasks call."
  }
  assert {
    condition     = google_cloud_tasks_queue.queue["poll-run"].http_target[0].uri_override[0].host == "function-abc123-ew.a.run.app" && google_cloud_tasks_queue.queue["poll-run"].http_target[0].uri_override[0].scheme == "HTTPS"
    error_message = "The queue must call its function at its own address."
  }
  assert {
    condition     = google_cloud_tasks_queue.queue["poll-run"].http_target[0].uri_override[0].path_override[0].path == "/tasks/poll-run"
    error_message = "The queue must call the route of tasks."
  }
  assert {
    condition     = google_cloud_tasks_queue.queue["poll-run"].http_target[0].uri_override[0].uri_override_enforce_mode == "ALWAYS"
    error_message = "Tasks carry an address that is to be replaced."
  }
  assert {
    condition     = google_cloud_tasks_queue.queue["poll-run"].http_target[0].oidc_token[0].audience == "https://function-abc123-ew.a.run.app"
    error_message = "Without this audience the platform refuses the token."
  }
  assert {
    condition     = google_cloud_tasks_queue.queue["poll-run"].http_target[0].oidc_token[0].service_account_email == google_service_account.invoker["poll-run"].email
    error_message = "Tasks call as the account that the function lets in."
  }
  assert {
    condition     = google_cloud_tasks_queue.queue["poll-run"].rate_limits[0].max_concurrent_dispatches == 200
    error_message = "The queue must not send more at once than ten instances of twenty take."
  }
  assert {
    condition     = google_cloud_tasks_queue.queue["poll-run"].retry_config[0].max_attempts == 10 && google_cloud_tasks_queue.queue["poll-run"].retry_config[0].max_retry_duration == "600s"
    error_message = "Retries must end: the sweep takes over."
  }
  assert {
    condition     = google_cloud_tasks_queue.queue["poll-run"].deletion_policy == "PREVENT"
    error_message = "The name of a deleted queue is lost for days."
  }
}

run "enqueuers" {
  command = plan

  assert {
    condition     = toset(keys(google_cloud_tasks_queue_iam_member.enqueuer)) == toset(["control-run", "create-run", "maintain", "poll-run", "webhook"])
    error_message = "Who asks for wake-ups may, and nobody else."
  }
  assert {
    condition     = alltrue([for it in google_cloud_tasks_queue_iam_member.enqueuer : it.role == "roles/cloudtasks.enqueuer" && it.name == "runner-poll-run"])
    error_message = "To add tasks to poll-run's queue is all they may do."
  }
  assert {
    condition     = alltrue([for name in keys(google_cloud_tasks_queue_iam_member.enqueuer) : google_cloudfunctions2_function.function[name].service_config[0].environment_variables["OPENHANDS_QUEUE_NAME"] == google_cloud_tasks_queue.queue["poll-run"].name])
    error_message = "The functions must know the queue that there is."
  }
  assert {
    condition     = alltrue([for name in keys(google_cloud_tasks_queue_iam_member.enqueuer) : google_cloudfunctions2_function.function[name].service_config[0].environment_variables["OPENHANDS_QUEUE_LOCATION"] == "europe-west1" && !contains(keys(google_cloudfunctions2_function.function[name].service_config[0].environment_variables), "OPENHANDS_QUEUE_TARGET")])
    error_message = "The queue knows the target, not the function."
  }
  assert {
    condition     = !contains(keys(google_cloudfunctions2_function.function["get-run"].service_config[0].environment_variables), "OPENHANDS_QUEUE_NAME")
    error_message = "Who asks for no wake-ups is not told of the queue."
  }
}

run "schedule" {
  command = plan

  assert {
    condition     = toset(keys(google_cloud_scheduler_job.schedule)) == toset(["maintain"]) && google_cloud_scheduler_job.schedule["maintain"].schedule == "* * * * *"
    error_message = "Maintain is called every minute."
  }
  assert {
    condition     = google_cloud_scheduler_job.schedule["maintain"].http_target[0].uri == "https://function-abc123-ew.a.run.app/tasks/maintain" && google_cloud_scheduler_job.schedule["maintain"].http_target[0].http_method == "POST"
    error_message = "The schedule must call the route of maintain."
  }
  assert {
    condition     = google_cloud_scheduler_job.schedule["maintain"].http_target[0].oidc_token[0].audience == "https://function-abc123-ew.a.run.app"
    error_message = "Without this audience the platform refuses the token."
  }
  assert {
    condition     = google_cloud_scheduler_job.schedule["maintain"].http_target[0].oidc_token[0].service_account_email == google_service_account.invoker["maintain"].email
    error_message = "The schedule calls as the account that maintain lets in."
  }
}
