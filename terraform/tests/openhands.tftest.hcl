# A managed OpenHands: a private machine, reached by the functions.
mock_provider "google" {
  source          = "./tests/mocks"
  override_during = plan
}

run "existing" {
  command = plan

  assert {
    condition     = length(google_compute_instance.openhands) + length(google_compute_router_nat.openhands) + length(google_compute_firewall.openhands) + length(google_compute_disk.openhands) == 0
    error_message = "Where OpenHands exists there is no machine to pay for."
  }
}

run "managed" {
  command = plan
  variables {
    openhands          = "managed"
    openhands_base_url = null
  }

  assert {
    condition     = length(google_compute_instance.openhands["openhands"].network_interface[0].access_config) == 0 && length(google_compute_instance.openhands["openhands"].network_interface[0].ipv6_access_config) == 0
    error_message = "The machine has no public address."
  }
  assert {
    condition     = google_cloudfunctions2_function.function["poll-run"].service_config[0].environment_variables["OPENHANDS_BASE_URL"] == "http://10.20.2.2:8000" && google_cloudfunctions2_function.function["poll-run"].service_config[0].environment_variables["OPENHANDS_WORKSPACE_ROOT"] == "/projects/runs"
    error_message = "The functions know the machine."
  }
  assert {
    condition     = google_compute_instance.openhands["openhands"].network_interface[0].network_ip == "10.20.2.2" && google_compute_address.openhands["openhands"].address == "10.20.2.2"
    error_message = "The machine has the address that the functions know."
  }
  assert {
    condition     = google_compute_firewall.openhands["runner"].source_ranges == toset(["10.20.0.0/23"]) && one(google_compute_firewall.openhands["runner"].allow).ports == tolist(["8000"])
    error_message = "The functions reach the port of OpenHands, and nothing else there."
  }
  assert {
    condition     = alltrue([for it in google_compute_firewall.openhands : !contains(it.source_ranges, "0.0.0.0/0") && it.target_tags == toset(["runner-openhands"])])
    error_message = "The machine is open to nobody else."
  }
  assert {
    condition     = google_compute_instance.openhands["openhands"].service_account[0].email == google_service_account.openhands["openhands"].email
    error_message = "The machine acts as its own account."
  }
  assert {
    condition     = toset([for name in keys(google_secret_manager_secret_iam_member.reader) : name if startswith(name, "openhands/")]) == toset(["openhands/openhands-token", "openhands/openhands-secret-key"])
    error_message = "The machine reads its two keys, and no other secret."
  }
  assert {
    condition     = strcontains(google_compute_instance.openhands["openhands"].metadata["user-data"], "projects/acme-agents/secrets/runner-openhands-token") && strcontains(google_compute_instance.openhands["openhands"].metadata["user-data"], "ghcr.io/openhands/agent-canvas:1.20.0")
    error_message = "The machine starts the image with the names of its keys."
  }
  assert {
    condition     = can(yamldecode(google_compute_instance.openhands["openhands"].metadata["user-data"]).write_files[0].content)
    error_message = "What the machine is started with must be YAML."
  }
  assert {
    condition     = google_compute_resource_policy.openhands["openhands"].snapshot_schedule_policy[0].retention_policy[0].max_retention_days == 14 && google_compute_disk_resource_policy_attachment.openhands["openhands"].disk == "runner-openhands-data"
    error_message = "The disk is saved every night, for two weeks."
  }
  assert {
    condition     = google_compute_router_nat.openhands["openhands"].source_subnetwork_ip_ranges_to_nat == "LIST_OF_SUBNETWORKS"
    error_message = "Only the machine goes out through NAT."
  }
  assert {
    condition     = google_compute_instance.openhands["openhands"].shielded_instance_config[0].enable_secure_boot && google_compute_instance.openhands["openhands"].metadata["enable-oslogin"] == "TRUE"
    error_message = "The machine starts what was signed, and lets in whom IAM lets in."
  }
}
