# What the connections are counted by: every instance holds at most its pool, the standalone two of them. While a version
# is replaced, the function with the most instances may have both versions running; the service has.
locals {
  pool_size = coalesce(var.database.pool_size, var.variant == "service" ? 10 : 2)

  _pools = merge(
    { for name, it in local.functions : name => it.max_instances * local.pool_size },
    { for name, it in local.services : name => it.max_instances * local.pool_size * 2 },
  )
  # Kept for Cloud SQL's own processes, the migration and a person: 3 are reserved by PostgreSQL anyway.
  _reserved_connections = 16

  connections = sum(values(local._pools)) + max(values(local._pools)...) + local._reserved_connections

  # No password anywhere: each account logs in as itself, with its access token.
  _database_accounts = {
    for name, account in merge(google_service_account.function, google_service_account.service, google_service_account.migrate) :
    name => account.email if var.database.provision == "managed"
  }
  database_users = { for name, email in local._database_accounts : name => trimsuffix(email, ".gserviceaccount.com") }

  # What everybody is told of the database. Of one that exists, user and password are in its URL, which is a secret.
  database_environment = merge(
    { for name, it in google_sql_database_instance.runner : "OPENHANDS_DATABASE_PASSWORD" => "iam" }, # the account's own access token
    # The address is private and the certificate is the instance's own, so `require`: encrypted, without a name to check.
    { for name, it in google_sql_database_instance.runner :
    "OPENHANDS_DATABASE_URL" => "postgresql://${it.private_ip_address}/${google_sql_database.runner[name].name}?sslmode=require" },
    { for reference in compact([lookup(local.secret_reference, "database-url", "")]) : "OPENHANDS_DATABASE_URL" => reference },
  )
  database_user = { for name, user in local.database_users : name => { OPENHANDS_DATABASE_USER = user } }

  managed_database = { for name in ["managed"] : name => var.database if var.database.provision == "managed" }
}

resource "google_sql_database_instance" "runner" {
  for_each            = local.managed_database
  name                = var.name
  region              = var.region
  database_version    = "POSTGRES_18"
  deletion_protection = var.deletion_protection

  settings {
    # The default of PostgreSQL 16 and later is ENTERPRISE_PLUS, which has no small machines.
    edition                     = "ENTERPRISE"
    tier                        = var.database.tier
    availability_type           = var.database.highly_available ? "REGIONAL" : "ZONAL"
    disk_type                   = "PD_SSD"
    disk_autoresize             = true
    deletion_protection_enabled = var.deletion_protection
    retain_backups_on_delete    = true

    backup_configuration {
      enabled                        = true
      start_time                     = "02:00"
      location                       = var.region
      point_in_time_recovery_enabled = true
      transaction_log_retention_days = 7
      backup_retention_settings {
        retained_backups = var.database.retained_backups
      }
    }

    ip_configuration {
      ipv4_enabled    = false
      private_network = google_compute_network.runner.id
      ssl_mode        = "ENCRYPTED_ONLY"
    }

    maintenance_window {
      day          = 7
      hour         = 3
      update_track = "stable"
    }

    insights_config {
      query_insights_enabled = true
    }

    database_flags {
      name  = "cloudsql.iam_authentication"
      value = "on"
    }
    database_flags {
      name  = "max_connections"
      value = tostring(var.database.max_connections)
    }
    database_flags {
      name  = "log_min_duration_statement"
      value = "1000"
    }
  }

  depends_on = [google_service_networking_connection.database, google_project_service.api]
}

resource "google_sql_database" "runner" {
  for_each        = local.managed_database
  name            = "runner"
  instance        = google_sql_database_instance.runner[each.key].name
  deletion_policy = "ABANDON"
}

# These may log in, and nothing more: `migrate up` grants what they need to the role that all accounts have. The
# account of the migration is made the owner of the schema by the output own_schema, once.
resource "google_sql_user" "account" {
  for_each = local.database_users
  instance = google_sql_database_instance.runner["managed"].name
  name     = each.value
  type     = "CLOUD_IAM_SERVICE_ACCOUNT"
  # An owner cannot be dropped.
  deletion_policy = each.key == "migrate" ? "ABANDON" : null
}

resource "google_project_iam_member" "database" {
  for_each = merge([for name, email in local._database_accounts : {
    for role in ["roles/cloudsql.client", "roles/cloudsql.instanceUser"] : "${name}/${role}" => { role = role, member = "serviceAccount:${email}" }
  }]...)
  project = var.project_id
  role    = each.value.role
  member  = each.value.member
}
