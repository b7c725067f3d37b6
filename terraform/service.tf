# The other variant: the standalone as one service, always on, since nothing wakes it from outside. The run table is its
# queue, so there are neither tasks nor a schedule.
locals {
  services = {
    for name, it in { service = { max_instances = 2 } } :
    name => { max_instances = lookup(var.max_instances, name, it.max_instances) } if var.variant == "service"
  }
}

resource "google_service_account" "service" {
  for_each     = local.services
  account_id   = "${var.name}-${each.key}"
  display_name = "The standalone"
  depends_on   = [google_project_service.api]
}

resource "google_cloud_run_v2_service" "service" {
  for_each            = local.services
  name                = "${var.name}-${each.key}"
  location            = var.region
  ingress             = local.public_ingress == "ALLOW_ALL" ? "INGRESS_TRAFFIC_ALL" : "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER"
  deletion_protection = false

  template {
    service_account                  = google_service_account.service[each.key].email
    timeout                          = "60s"
    max_instance_request_concurrency = 80

    scaling {
      min_instance_count = 1
      max_instance_count = each.value.max_instances
    }

    containers {
      image = var.image
      ports {
        container_port = 8080
      }
      dynamic "env" {
        for_each = local.service_environment
        content {
          name  = env.key
          value = env.value
        }
      }
      resources {
        limits = { cpu = "1", memory = "1Gi" }
        # Runs are looked at between requests.
        cpu_idle          = false
        startup_cpu_boost = true
      }
      startup_probe {
        period_seconds    = 2
        failure_threshold = 30
        http_get {
          path = "/health/live"
        }
      }
      liveness_probe {
        period_seconds    = 10
        failure_threshold = 6
        http_get {
          path = "/health/live"
        }
      }
    }

    vpc_access {
      egress = "PRIVATE_RANGES_ONLY"
      network_interfaces {
        network    = google_compute_network.runner.id
        subnetwork = google_compute_subnetwork.functions.id
        tags       = ["${var.name}-functions"]
      }
    }
  }

  depends_on = [
    google_project_service.api,
    google_secret_manager_secret_iam_member.reader, google_sql_user.account, google_project_iam_member.database,
  ]
}

resource "google_cloud_run_v2_service_iam_member" "service" {
  for_each = local.services
  name     = google_cloud_run_v2_service.service[each.key].name
  location = var.region
  role     = "roles/run.invoker"
  member   = "allUsers"

  lifecycle {
    replace_triggered_by = [google_cloud_run_v2_service.service[each.key].id]
  }
}
