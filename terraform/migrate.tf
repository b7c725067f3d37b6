# Changes the schema, before a version that needs it is deployed: `gcloud run jobs execute`, from the network that the
# database is in. The account exists before there is an image, so that the schema has one owner from the beginning.
resource "google_service_account" "migrate" {
  for_each     = { migrate = "Changes the schema" }
  account_id   = "${var.name}-${each.key}"
  display_name = each.value
  depends_on   = [google_project_service.api]
}

resource "google_cloud_run_v2_job" "migrate" {
  for_each            = { for image in compact([var.image]) : "migrate" => image }
  name                = "${var.name}-${each.key}"
  location            = var.region
  deletion_protection = false

  template {
    task_count = 1
    template {
      service_account = google_service_account.migrate["migrate"].email
      timeout         = "900s"
      # A version that failed is looked at by somebody before it is tried again.
      max_retries = 0

      containers {
        image = each.value
        args  = ["migrate", "up"]
        dynamic "env" {
          for_each = merge(local.database_environment, lookup(local.database_user, each.key, {}), {
            GOOGLE_CLOUD_PROJECT         = var.project_id
            OPENHANDS_DATABASE_POOL_SIZE = "1"
          })
          content {
            name  = env.key
            value = env.value
          }
        }
        resources {
          limits = { cpu = "1", memory = "512Mi" }
        }
      }

      vpc_access {
        egress = "PRIVATE_RANGES_ONLY"
        network_interfaces {
          network    = google_compute_network.runner.id
          subnetwork = google_compute_subnetwork.functions.id
        }
      }
    }
  }

  depends_on = [
    google_project_service.api,
    google_secret_manager_secret_iam_member.reader, google_sql_user.account, google_project_iam_member.database,
  ]
}
