# One address for everything, where there is a domain. Without one, callers use the functions' own addresses.
locals {
  domains    = { for domain in compact([var.domain]) : "domain" => domain }
  public_url = var.domain == null ? null : "https://${var.domain}"
  # With a load balancer nobody may go round it, and so round Cloud Armor.
  public_ingress = var.domain == null ? "ALLOW_ALL" : "ALLOW_INTERNAL_AND_GCLB"

  # The services behind it, by what routes call them.
  _behind = var.domain == null ? {} : merge(
    { for name, it in local.functions : name => google_cloudfunctions2_function.function[name].name if it.called_by == "public" },
    { for name, it in local.services : name => google_cloud_run_v2_service.service[name].name },
  )
  _backend = { for name, it in local._functions : name => var.variant == "service" ? "service" : name }
}

resource "google_compute_global_address" "balancer" {
  for_each   = local.domains
  name       = "${var.name}-balancer"
  depends_on = [google_project_service.api]
}

resource "google_compute_region_network_endpoint_group" "backend" {
  for_each              = local._behind
  name                  = "${var.name}-${each.key}"
  region                = var.region
  network_endpoint_type = "SERVERLESS"
  cloud_run {
    service = each.value
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "google_compute_backend_service" "backend" {
  for_each              = local._behind
  name                  = "${var.name}-${each.key}"
  protocol              = "HTTPS"
  load_balancing_scheme = "EXTERNAL_MANAGED"
  security_policy       = google_compute_security_policy.edge["domain"].id

  backend {
    group = google_compute_region_network_endpoint_group.backend[each.key].id
  }
  log_config {
    enable      = true
    sample_rate = 0.1
  }
}

resource "google_compute_url_map" "runner" {
  for_each        = local.domains
  name            = var.name
  default_service = google_compute_backend_service.backend[local._backend[local.default_function]].id

  host_rule {
    hosts        = [each.value]
    path_matcher = "runner"
  }

  path_matcher {
    name            = "runner"
    default_service = google_compute_backend_service.backend[local._backend[local.default_function]].id

    dynamic "route_rules" {
      for_each = local.routes
      content {
        priority = (route_rules.key + 1) * 10
        service  = google_compute_backend_service.backend[local._backend[route_rules.value.function]].id
        match_rules {
          full_path_match     = strcontains(route_rules.value.path, "*") ? null : route_rules.value.path
          path_template_match = strcontains(route_rules.value.path, "*") ? route_rules.value.path : null
          dynamic "header_matches" {
            for_each = route_rules.value.method[*]
            content {
              header_name = ":method"
              exact_match = header_matches.value
            }
          }
        }
      }
    }
  }
}

# Its name is made from the domain, because a certificate cannot change: another domain gets another one beside it first.
resource "google_compute_managed_ssl_certificate" "runner" {
  for_each = local.domains
  name     = "${var.name}-${substr(sha1(each.value), 0, 8)}"
  managed {
    domains = [each.value]
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "google_compute_ssl_policy" "modern" {
  for_each        = local.domains
  name            = "${var.name}-modern"
  profile         = "MODERN"
  min_tls_version = "TLS_1_2"
}

resource "google_compute_target_https_proxy" "runner" {
  for_each         = local.domains
  name             = var.name
  url_map          = google_compute_url_map.runner[each.key].id
  ssl_certificates = [google_compute_managed_ssl_certificate.runner[each.key].id]
  ssl_policy       = google_compute_ssl_policy.modern[each.key].id
}

# No port 80: a client that sends its token unencrypted should fail, not be led on.
resource "google_compute_global_forwarding_rule" "https" {
  for_each              = local.domains
  name                  = "${var.name}-https"
  target                = google_compute_target_https_proxy.runner[each.key].id
  ip_address            = google_compute_global_address.balancer[each.key].id
  port_range            = "443"
  load_balancing_scheme = "EXTERNAL_MANAGED"
}
