# Cloud SQL: private, encrypted, without passwords, with a way back; and the job that changes the schema.
mock_provider "google" {
  source          = "./tests/mocks"
  override_during = plan
}

run "instance" {
  command = plan

  assert {
    condition     = google_sql_database_instance.runner["managed"].database_version == "POSTGRES_18" && google_sql_database_instance.runner["managed"].settings[0].edition == "ENTERPRISE"
    error_message = "PostgreSQL 18, in the edition that has small machines."
  }
  assert {
    condition     = !google_sql_database_instance.runner["managed"].settings[0].ip_configuration[0].ipv4_enabled && google_sql_database_instance.runner["managed"].settings[0].ip_configuration[0].private_network == google_compute_network.runner.id
    error_message = "The database has no public address."
  }
  assert {
    condition     = google_sql_database_instance.runner["managed"].settings[0].ip_configuration[0].ssl_mode == "ENCRYPTED_ONLY"
    error_message = "The database takes encrypted connections only."
  }
  assert {
    condition     = google_sql_database_instance.runner["managed"].settings[0].backup_configuration[0].enabled && google_sql_database_instance.runner["managed"].settings[0].backup_configuration[0].point_in_time_recovery_enabled
    error_message = "The database can be brought back to any minute of the last week."
  }
  assert {
    condition     = google_sql_database_instance.runner["managed"].deletion_protection && google_sql_database_instance.runner["managed"].settings[0].deletion_protection_enabled && google_sql_database_instance.runner["managed"].settings[0].retain_backups_on_delete
    error_message = "Neither Terraform nor the console deletes the database by mistake."
  }
  assert {
    condition     = contains([for flag in google_sql_database_instance.runner["managed"].settings[0].database_flags : "${flag.name}=${flag.value}"], "cloudsql.iam_authentication=on")
    error_message = "Without this flag no account can log in."
  }
  assert {
    condition     = contains([for flag in google_sql_database_instance.runner["managed"].settings[0].database_flags : "${flag.name}=${flag.value}"], "max_connections=100")
    error_message = "The database must take the connections that were counted with."
  }
}

run "logins" {
  command = plan

  assert {
    condition     = toset(keys(google_sql_user.account)) == toset(["control-run", "create-run", "get-run", "health", "maintain", "migrate", "poll-run", "webhook"])
    error_message = "A login for each account."
  }
  assert {
    condition     = alltrue([for it in google_sql_user.account : it.type == "CLOUD_IAM_SERVICE_ACCOUNT" && it.password == null])
    error_message = "Nobody has a password."
  }
  assert {
    condition     = startswith(output.own_schema, "gcloud sql users assign-roles ${google_sql_user.account["migrate"].name} ")
    error_message = "Only the migration owns the schema."
  }
  assert {
    condition     = alltrue([for name, it in google_cloudfunctions2_function.function : it.service_config[0].environment_variables["OPENHANDS_DATABASE_USER"] == google_sql_user.account[name].name && it.service_config[0].environment_variables["OPENHANDS_DATABASE_PASSWORD"] == "iam"])
    error_message = "Each function logs in as itself, with its access token."
  }
  assert {
    condition     = alltrue([for it in google_cloudfunctions2_function.function : endswith(it.service_config[0].environment_variables["OPENHANDS_DATABASE_URL"], "/runner?sslmode=require")])
    error_message = "The functions insist on encryption, too."
  }
  assert {
    condition     = length(google_cloud_run_v2_job.migrate) == 0
    error_message = "Without an image there is no job."
  }
}

run "migration" {
  command = plan
  variables {
    image = "europe-west1-docker.pkg.dev/acme-agents/runner/standalone@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
  }

  assert {
    condition     = google_cloud_run_v2_job.migrate["migrate"].template[0].template[0].containers[0].image == var.image && google_cloud_run_v2_job.migrate["migrate"].template[0].template[0].containers[0].args == tolist(["migrate", "up"])
    error_message = "The job is the standalone's command migrate."
  }
  assert {
    condition     = google_cloud_run_v2_job.migrate["migrate"].template[0].template[0].service_account == google_service_account.migrate["migrate"].email
    error_message = "The job acts as the owner of the schema."
  }
  assert {
    condition     = length(google_cloud_run_v2_job.migrate["migrate"].template[0].template[0].vpc_access) == 1
    error_message = "The job must reach the database's network."
  }
  assert {
    condition     = strcontains(output.next_commands, "gcloud run jobs execute runner-migrate ") && output.migrate != ""
    error_message = "The next commands have the migration."
  }
}

run "larger" {
  command = plan
  variables {
    database      = { tier = "db-custom-4-15360", highly_available = true, max_connections = 400, retained_backups = 30 }
    max_instances = { poll-run = 60, create-run = 20 }
  }

  assert {
    condition     = google_sql_database_instance.runner["managed"].settings[0].availability_type == "REGIONAL" && google_sql_database_instance.runner["managed"].settings[0].tier == "db-custom-4-15360"
    error_message = "Two zones, where asked for."
  }
  assert {
    condition     = google_cloudfunctions2_function.function["poll-run"].service_config[0].max_instance_count == 60 && google_cloud_tasks_queue.queue["poll-run"].rate_limits[0].max_concurrent_dispatches == 1200
    error_message = "More instances take more tasks at once."
  }
  assert {
    condition     = output.connections == 328
    error_message = "(60+20+5+3+4+2+2) x 2, 60 x 2 again while poll-run is replaced, and 16."
  }
}

run "existing" {
  command = plan
  variables {
    database = { provision = "existing" }
    image    = "europe-west1-docker.pkg.dev/acme-agents/runner/standalone@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
  }

  assert {
    condition     = length(google_sql_database_instance.runner) + length(google_sql_database.runner) + length(google_sql_user.account) + length(google_project_iam_member.database) + length(google_service_networking_connection.database) == 0
    error_message = "There is nothing of Cloud SQL."
  }
  assert {
    condition = alltrue([for it in google_cloudfunctions2_function.function :
      it.service_config[0].environment_variables["OPENHANDS_DATABASE_URL"] == "sm://projects/acme-agents/secrets/runner-database-url" && !anytrue([for name in keys(it.service_config[0].environment_variables) : can(regex("DATABASE_(USER|PASSWORD)", name))])
    ])
    error_message = "Its URL is a secret, and has user and password."
  }
  assert {
    condition     = { for it in google_cloud_run_v2_job.migrate["migrate"].template[0].template[0].containers[0].env : it.name => it.value if strcontains(it.name, "DATABASE") } == { OPENHANDS_DATABASE_URL = "sm://projects/acme-agents/secrets/runner-database-url", OPENHANDS_DATABASE_POOL_SIZE = "1" }
    error_message = "The migration knows the database by the same secret."
  }
  assert {
    condition     = toset([for name in keys(google_secret_manager_secret_iam_member.reader) : split("/", name)[0] if endswith(name, "/database-url")]) == toset(["control-run", "create-run", "get-run", "health", "maintain", "migrate", "poll-run", "webhook"])
    error_message = "Whoever speaks to the database may read where it is."
  }
  assert {
    condition     = output.own_schema == "" && output.database == null && !contains(keys(google_monitoring_alert_policy.alert), "connections")
    error_message = "Nothing asks Cloud SQL for anything."
  }
}
