# One address for everything, where there is a domain.
mock_provider "google" {
  source          = "./tests/mocks"
  override_during = plan
}

variables {
  domain = "runs.example.com"
}

run "without" {
  command = plan
  variables {
    domain = null
  }

  assert {
    condition     = length(google_compute_global_forwarding_rule.https) + length(google_compute_backend_service.backend) + length(google_compute_security_policy.edge) == 0
    error_message = "Without a domain there is nothing to pay for in front."
  }
  assert {
    condition     = output.base_url == null && output.function_urls["create-run"] == "https://function-abc123-ew.a.run.app"
    error_message = "Without a domain each function has its own address."
  }
}

run "with" {
  command = plan

  assert {
    condition     = toset(keys(google_compute_backend_service.backend)) == toset(["control-run", "create-run", "get-run", "health", "webhook"])
    error_message = "Behind the load balancer are the public functions, and no other."
  }
  assert {
    condition     = alltrue([for name in keys(google_compute_backend_service.backend) : google_cloudfunctions2_function.function[name].service_config[0].ingress_settings == "ALLOW_INTERNAL_AND_GCLB"])
    error_message = "Nobody may go round Cloud Armor."
  }
  assert {
    condition     = alltrue([for name in ["poll-run", "maintain"] : google_cloudfunctions2_function.function[name].service_config[0].ingress_settings == "ALLOW_INTERNAL_ONLY"])
    error_message = "Internal functions stay internal."
  }
  assert {
    condition     = alltrue([for it in google_compute_backend_service.backend : it.load_balancing_scheme == "EXTERNAL_MANAGED" && it.protocol == "HTTPS"]) && google_compute_global_forwarding_rule.https["domain"].load_balancing_scheme == "EXTERNAL_MANAGED"
    error_message = "The scheme is written out: its default changes with version 8 of the provider."
  }
  assert {
    condition     = alltrue([for it in google_compute_backend_service.backend : it.security_policy == google_compute_security_policy.edge["domain"].id])
    error_message = "Cloud Armor is in front of every function."
  }
  assert {
    condition     = alltrue([for name, it in google_compute_region_network_endpoint_group.backend : it.network_endpoint_type == "SERVERLESS" && try(it.cloud_run[0].service, "") == "runner-${name}"])
    error_message = "A function of the second generation is reached as a Cloud Run service."
  }
  assert {
    condition     = google_compute_global_forwarding_rule.https["domain"].port_range == "443" && google_compute_ssl_policy.modern["domain"].min_tls_version == "TLS_1_2" && google_compute_target_https_proxy.runner["domain"].ssl_policy == google_compute_ssl_policy.modern["domain"].id
    error_message = "TLS 1.2 or newer, and no port without."
  }
  assert {
    condition     = google_compute_managed_ssl_certificate.runner["domain"].managed[0].domains == tolist(["runs.example.com"]) && google_compute_managed_ssl_certificate.runner["domain"].name == "runner-${substr(sha1("runs.example.com"), 0, 8)}"
    error_message = "A certificate of another domain has another name."
  }
  assert {
    condition     = output.base_url == "https://runs.example.com" && google_cloudfunctions2_function.function["get-run"].service_config[0].environment_variables["OPENHANDS_SERVER_PUBLIC_URL"] == "https://runs.example.com"
    error_message = "Answers name the address that callers use."
  }
  assert {
    condition     = output.webhook_urls == { github = "https://runs.example.com/webhooks/github" }
    error_message = "The webhook's address is under the domain."
  }
}

run "routes" {
  command = plan

  assert {
    condition = [for rule in google_compute_url_map.runner["domain"].path_matcher[0].route_rules : join(" ", [
      rule.priority,
      try(rule.match_rules[0].header_matches[0].exact_match, "*"),
      coalesce(rule.match_rules[0].full_path_match, rule.match_rules[0].path_template_match),
      [for name, it in google_compute_backend_service.backend : name if it.id == rule.service][0],
      ])] == [
      "10 POST / create-run",
      "20 POST /runs create-run",
      "30 POST /runs/*/cancel control-run",
      "40 POST /runs/*/messages control-run",
      "50 * /webhooks/** webhook",
      "60 * /health health",
      "70 * /health/live health",
      "80 * /problems/* health",
    ]
    error_message = "The routes are those of the code (Route)."
  }
  assert {
    condition     = google_compute_url_map.runner["domain"].path_matcher[0].default_service == google_compute_backend_service.backend["get-run"].id && one(google_compute_url_map.runner["domain"].host_rule).hosts == toset(["runs.example.com"])
    error_message = "Everything else is get-run's."
  }
  assert {
    condition     = alltrue([for rule in google_compute_url_map.runner["domain"].path_matcher[0].route_rules : alltrue([for it in rule.match_rules[0].header_matches : it.header_name == ":method"])])
    error_message = "A route goes by the method."
  }
  assert {
    condition     = output.routes.default == "get-run" && length(output.routes.rules) == 8
    error_message = "The output has the routes of the load balancer."
  }
}

run "edge" {
  command = plan

  assert {
    condition     = { for rule in google_compute_security_policy.edge["domain"].rule : tostring(rule.priority) => rule.action } == { "1000" = "throttle", "2000" = "throttle", "2147483647" = "allow" }
    error_message = "Two rates, and a rule for the rest, without which Cloud Armor refuses the policy."
  }
  assert {
    condition     = alltrue([for rule in google_compute_security_policy.edge["domain"].rule : rule.rate_limit_options[0].exceed_action == "deny(429)" && rule.rate_limit_options[0].conform_action == "allow" if rule.action == "throttle"])
    error_message = "Too many requests are answered 429."
  }
}
