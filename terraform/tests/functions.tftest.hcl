# What is made of the function map: who may call, who acts, what is built.
mock_provider "google" {
  source          = "./tests/mocks"
  override_during = plan
}

run "callers" {
  command = plan

  assert {
    condition     = toset(keys(google_cloud_run_v2_service_iam_member.public)) == toset(["control-run", "create-run", "get-run", "health", "webhook"])
    error_message = "Only these functions are for everybody."
  }
  assert {
    condition     = alltrue([for it in google_cloud_run_v2_service_iam_member.public : it.member == "allUsers" && it.role == "roles/run.invoker"])
    error_message = "Callers without a Google account must reach the public functions, and do no more than call."
  }
  assert {
    condition     = toset(keys(google_cloud_run_v2_service_iam_member.invoker)) == toset(["maintain", "poll-run"])
    error_message = "Tasks and scheduler must be let in, and nowhere else."
  }
  assert {
    condition     = alltrue([for name, it in google_cloud_run_v2_service_iam_member.invoker : it.member == google_service_account.invoker[name].member && it.role == "roles/run.invoker"])
    error_message = "Internal functions answer one account each, and never allUsers."
  }
  assert {
    condition     = alltrue([for name in ["poll-run", "maintain"] : google_cloudfunctions2_function.function[name].service_config[0].ingress_settings == "ALLOW_INTERNAL_ONLY"])
    error_message = "Internal functions take nothing from outside."
  }
  assert {
    condition     = alltrue([for name in keys(google_cloud_run_v2_service_iam_member.public) : google_cloudfunctions2_function.function[name].service_config[0].ingress_settings == "ALLOW_ALL"])
    error_message = "Without a load balancer the public functions must be reachable themselves."
  }
}

run "identities" {
  command = plan

  assert {
    condition     = alltrue([for name, it in google_cloudfunctions2_function.function : it.service_config[0].service_account_email == google_service_account.function[name].email])
    error_message = "Each function acts as its own account."
  }
  assert {
    condition     = length(distinct(values(google_service_account.function)[*].account_id)) == 7
    error_message = "Seven functions, seven accounts."
  }
  assert {
    condition     = alltrue([for it in google_cloudfunctions2_function.function : it.build_config[0].service_account == google_service_account.build["build"].id])
    error_message = "Builds use the account made for them: the default one has no roles, or all."
  }
  assert {
    condition     = toset(keys(google_project_iam_member.build)) == toset(["roles/logging.logWriter", "roles/storage.objectViewer"])
    error_message = "Builds log and read packages, and have no other role in the project."
  }
  assert {
    condition = google_project_iam_member.build["roles/storage.objectViewer"].condition[0].expression == join(" || ", [
      for bucket in ["gcf-v2-sources-", "gcf-v2-uploads-", "acme-agents-runner-packages"] : "resource.name.startsWith('projects/_/buckets/${bucket}')"
    ])
    error_message = "Builds read packages only, not what agents left."
  }
  assert {
    condition     = toset([for it in google_project_iam_member.database : it.role]) == toset(["roles/cloudsql.client", "roles/cloudsql.instanceUser"])
    error_message = "To use the database is all the accounts may do in the project."
  }
  assert {
    condition     = length(google_storage_bucket_iam_member.artifacts) == 0
    error_message = "Without a bucket nobody has a role on one."
  }
}

run "builds" {
  command = plan

  assert {
    condition     = alltrue([for it in google_cloudfunctions2_function.function : it.build_config[0].runtime == "java25"])
    error_message = "The functions are for Java 25."
  }
  assert {
    condition     = alltrue([for it in google_cloudfunctions2_function.function : it.build_config[0].environment_variables["USE_JAVA_FF_2"] == "true"])
    error_message = "Without USE_JAVA_FF_2 the buildpack adds the framework's version 1.4."
  }
  assert {
    condition = alltrue([for name, it in google_cloudfunctions2_function.function :
    it.build_config[0].entry_point == "dev.build0711.runner.${replace(name, "-", "")}.${join("", [for word in split("-", name) : title(word)])}Function"])
    error_message = "The class of a function is named after its folder."
  }
  assert {
    condition     = alltrue([for name, it in google_storage_bucket_object.package : it.name == "${name}/${filesha256("tests/packages/${name}.zip")}.zip"])
    error_message = "An object without the hash of its content would not be deployed when that changes."
  }
  assert {
    condition     = alltrue([for name, it in google_cloudfunctions2_function.function : it.build_config[0].source[0].storage_source[0].object == google_storage_bucket_object.package[name].name])
    error_message = "Each function is built from its own package."
  }
  assert {
    condition     = google_storage_bucket.packages["packages"].public_access_prevention == "enforced" && google_storage_bucket.packages["packages"].uniform_bucket_level_access
    error_message = "Packages are nobody else's."
  }
}
