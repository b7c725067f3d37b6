resource "google_compute_network" "runner" {
  name                    = var.name
  auto_create_subnetworks = false
  depends_on              = [google_project_service.api]
}

# For what runs on Cloud Run: an address for each instance. Nothing else is in it, and its addresses stay in use for an
# hour or two after the last instance is gone.
resource "google_compute_subnetwork" "functions" {
  name                     = "${var.name}-functions"
  network                  = google_compute_network.runner.id
  region                   = var.region
  ip_cidr_range            = var.network.functions_cidr
  private_ip_google_access = true
}

# Cloud SQL lives in a network of Google's, joined to ours.
resource "google_compute_global_address" "database" {
  for_each      = local.managed_database
  name          = "${var.name}-database"
  purpose       = "VPC_PEERING"
  address_type  = "INTERNAL"
  address       = var.network.database_address
  prefix_length = 16
  network       = google_compute_network.runner.id
}

resource "google_service_networking_connection" "database" {
  for_each                = local.managed_database
  network                 = google_compute_network.runner.id
  service                 = "servicenetworking.googleapis.com"
  reserved_peering_ranges = [google_compute_global_address.database[each.key].name]
  # Google keeps its side for days after the database is gone, and would refuse.
  deletion_policy = "ABANDON"
  depends_on      = [google_project_service.api]
}
