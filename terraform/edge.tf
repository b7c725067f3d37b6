# What one address may send in a minute. GitHub delivers from a few addresses and does not try again, so webhooks have a
# rate of their own, and what is refused there is found by the look-up of pull requests.
locals {
  _rates = {
    webhooks = { priority = 1000, per_minute = 600, expression = "request.path.startsWith('/webhooks/')" }
    callers  = { priority = 2000, per_minute = 300, expression = "true" }
  }
}

resource "google_compute_security_policy" "edge" {
  for_each   = local.domains
  name       = "${var.name}-edge"
  type       = "CLOUD_ARMOR"
  depends_on = [google_project_service.api]

  dynamic "rule" {
    for_each = local._rates
    content {
      description = "${rule.key}: ${rule.value.per_minute} a minute"
      priority    = rule.value.priority
      action      = "throttle"
      match {
        expr {
          expression = rule.value.expression
        }
      }
      rate_limit_options {
        conform_action = "allow"
        exceed_action  = "deny(429)"
        enforce_on_key = "IP"
        rate_limit_threshold {
          count        = rule.value.per_minute
          interval_sec = 60
        }
      }
    }
  }

  rule {
    description = "what no other rule decides"
    priority    = 2147483647
    action      = "allow"
    match {
      versioned_expr = "SRC_IPS_V1"
      config {
        src_ip_ranges = ["*"]
      }
    }
  }
}
