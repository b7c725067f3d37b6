# What the provider would answer. Only of the types named here do plans know what is computed; where nothing is given it is
# a random text, another one for each resource, so that a test can tell whose it is.
mock_resource "google_cloudfunctions2_function" {
  defaults = {
    service_config = { uri = "https://function-abc123-ew.a.run.app" }
  }
}

mock_resource "google_cloud_run_v2_service" {
  defaults = {
    uri = "https://service-abc123-ew.a.run.app"
  }
}

mock_resource "google_sql_database_instance" {
  defaults = {
    private_ip_address = "10.21.0.3"
  }
}

mock_resource "google_compute_network" {
  defaults = {}
}

mock_resource "google_compute_subnetwork" {
  defaults = {}
}

mock_resource "google_compute_security_policy" {
  defaults = {}
}

mock_resource "google_compute_backend_service" {
  defaults = {}
}

mock_resource "google_compute_region_network_endpoint_group" {
  defaults = {}
}

mock_resource "google_compute_url_map" {
  defaults = {}
}

mock_resource "google_compute_managed_ssl_certificate" {
  defaults = {}
}

mock_resource "google_compute_ssl_policy" {
  defaults = {}
}

mock_resource "google_compute_disk" {
  defaults = {}
}

mock_resource "google_service_account" {
  defaults = {}
}

mock_resource "google_secret_manager_secret" {
  defaults = {}
}

mock_resource "google_iam_workload_identity_pool" {
  defaults = {}
}

mock_resource "google_monitoring_uptime_check_config" {
  defaults = {}
}

mock_resource "google_monitoring_notification_channel" {
  defaults = {}
}

mock_data "google_project" {
  defaults = {
    number = "123456789012"
  }
}
