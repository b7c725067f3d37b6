# A bucket for what agents leave, where storage_type is gcs.
mock_provider "google" {
  source          = "./tests/mocks"
  override_during = plan
}

run "in_the_database" {
  command = plan

  assert {
    condition     = length(google_storage_bucket.artifacts) == 0 && google_cloudfunctions2_function.function["poll-run"].service_config[0].environment_variables["OPENHANDS_STORAGE_TYPE"] == "database"
    error_message = "Without a bucket the database keeps artifacts."
  }
}

run "in_a_bucket" {
  command = plan
  variables {
    storage_type = "gcs"
  }

  assert {
    condition     = google_storage_bucket.artifacts["artifacts"].public_access_prevention == "enforced" && google_storage_bucket.artifacts["artifacts"].uniform_bucket_level_access && !google_storage_bucket.artifacts["artifacts"].force_destroy
    error_message = "What agents left is nobody else's, and is not deleted by mistake."
  }
  assert {
    condition     = { for name, it in google_storage_bucket_iam_member.artifacts : name => it.role } == { get-run = "roles/storage.objectViewer", poll-run = "roles/storage.objectUser" }
    error_message = "poll-run keeps artifacts, get-run shows them, and nobody else sees the bucket."
  }
  assert {
    condition     = alltrue([for it in google_cloudfunctions2_function.function : it.service_config[0].environment_variables["OPENHANDS_STORAGE_PATH"] == "acme-agents-runner-artifacts" && it.service_config[0].environment_variables["OPENHANDS_STORAGE_TYPE"] == "gcs"])
    error_message = "The functions are told of the bucket."
  }
}
