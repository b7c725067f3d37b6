# A managed OpenHands: one machine with Agent Canvas, in a network of its own kind, reached by the functions and, through
# Google's proxy for people (IAP), by whoever the project lets in. It has no public address; it goes out through NAT.
locals {
  machines = { for name in ["openhands"] : name => var.openhands_vm if var.openhands == "managed" }

  openhands_port = 8000
  # The first two addresses of a range are Google's.
  openhands_address  = cidrhost(var.network.openhands_cidr, 2)
  openhands_base_url = var.openhands == "managed" ? "http://${local.openhands_address}:${local.openhands_port}" : var.openhands_base_url
}

resource "google_compute_subnetwork" "openhands" {
  for_each                 = local.machines
  name                     = "${var.name}-${each.key}"
  network                  = google_compute_network.runner.id
  region                   = var.region
  ip_cidr_range            = var.network.openhands_cidr
  private_ip_google_access = true
}

# Kept when the machine is replaced, since the runner knows it.
resource "google_compute_address" "openhands" {
  for_each     = local.machines
  name         = "${var.name}-${each.key}"
  region       = var.region
  address_type = "INTERNAL"
  address      = local.openhands_address
  subnetwork   = google_compute_subnetwork.openhands[each.key].id
}

resource "google_service_account" "openhands" {
  for_each     = local.machines
  account_id   = "${var.name}-${each.key}"
  display_name = "The machine of OpenHands"
  depends_on   = [google_project_service.api]
}

resource "google_project_iam_member" "openhands" {
  for_each = { for role in ["roles/logging.logWriter", "roles/monitoring.metricWriter"] : role => role if var.openhands == "managed" }
  project  = var.project_id
  role     = each.key
  member   = google_service_account.openhands["openhands"].member
}

# Conversations and repositories, apart from the machine and saved every night.
resource "google_compute_disk" "openhands" {
  for_each = local.machines
  name     = "${var.name}-${each.key}-data"
  zone     = "${var.region}-${each.value.zone_letter}"
  type     = "pd-balanced"
  size     = each.value.disk_gb

  depends_on = [google_project_service.api]
}

resource "google_compute_resource_policy" "openhands" {
  for_each = local.machines
  name     = "${var.name}-${each.key}-nightly"
  region   = var.region

  snapshot_schedule_policy {
    schedule {
      daily_schedule {
        days_in_cycle = 1
        start_time    = "02:00"
      }
    }
    retention_policy {
      max_retention_days    = 14
      on_source_disk_delete = "KEEP_AUTO_SNAPSHOTS"
    }
  }

  depends_on = [google_project_service.api]
}

resource "google_compute_disk_resource_policy_attachment" "openhands" {
  for_each = local.machines
  name     = google_compute_resource_policy.openhands[each.key].name
  disk     = google_compute_disk.openhands[each.key].name
  zone     = google_compute_disk.openhands[each.key].zone
}

resource "google_compute_instance" "openhands" {
  for_each                  = local.machines
  name                      = "${var.name}-${each.key}"
  zone                      = "${var.region}-${each.value.zone_letter}"
  machine_type              = each.value.machine_type
  tags                      = ["${var.name}-openhands"]
  allow_stopping_for_update = true
  deletion_protection       = false

  boot_disk {
    initialize_params {
      image = "projects/cos-cloud/global/images/family/cos-stable"
      size  = 30
      type  = "pd-balanced"
    }
  }

  attached_disk {
    source      = google_compute_disk.openhands[each.key].id
    device_name = "data"
  }

  # No access_config: no public address.
  network_interface {
    subnetwork = google_compute_subnetwork.openhands[each.key].id
    network_ip = google_compute_address.openhands[each.key].address
  }

  service_account {
    email  = google_service_account.openhands[each.key].email
    scopes = ["cloud-platform"]
  }

  shielded_instance_config {
    enable_secure_boot          = true
    enable_vtpm                 = true
    enable_integrity_monitoring = true
  }

  metadata = {
    enable-oslogin         = "TRUE"
    block-project-ssh-keys = "TRUE"
    google-logging-enabled = "true"
    user-data = templatefile("${path.module}/openhands.yaml.tftpl", {
      image      = each.value.image
      port       = local.openhands_port
      key        = trimprefix(local.secret_reference["openhands-token"], "sm://")
      secret_key = trimprefix(local.secret_reference["openhands-secret-key"], "sm://")
    })
  }
}

resource "google_compute_firewall" "openhands" {
  for_each = {
    for name, it in {
      runner = { ranges = [var.network.functions_cidr], ports = [tostring(local.openhands_port)] }
      people = { ranges = ["35.235.240.0/20"], ports = ["22", tostring(local.openhands_port)] } # IAP's addresses
    } : name => it if var.openhands == "managed"
  }
  name          = "${var.name}-openhands-${each.key}"
  network       = google_compute_network.runner.id
  direction     = "INGRESS"
  source_ranges = each.value.ranges
  target_tags   = ["${var.name}-openhands"]
  allow {
    protocol = "tcp"
    ports    = each.value.ports
  }
}

resource "google_compute_router" "openhands" {
  for_each = local.machines
  name     = "${var.name}-${each.key}"
  network  = google_compute_network.runner.id
  region   = var.region
}

resource "google_compute_router_nat" "openhands" {
  for_each                           = local.machines
  name                               = "${var.name}-${each.key}"
  router                             = google_compute_router.openhands[each.key].name
  region                             = var.region
  nat_ip_allocate_option             = "AUTO_ONLY"
  source_subnetwork_ip_ranges_to_nat = "LIST_OF_SUBNETWORKS"
  subnetwork {
    name                    = google_compute_subnetwork.openhands[each.key].id
    source_ip_ranges_to_nat = ["ALL_IP_RANGES"]
  }
}
