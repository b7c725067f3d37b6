locals {
  # Where each function, or the service in its place, answers.
  _own_urls = merge(
    { for name, it in google_cloudfunctions2_function.function : name => it.service_config[0].uri },
    { for pair in setproduct(keys(google_cloud_run_v2_service.service), [for name, it in local._functions : name if it.called_by == "public"]) :
    pair[1] => google_cloud_run_v2_service.service[pair[0]].uri },
  )
  function_urls = { for name, url in local._own_urls : name => var.domain == null || local._functions[name].called_by != "public" ? url : local.public_url }

  _webhooks = {
    github-webhook-secret    = "/webhooks/github"
    gitlab-webhook-secret    = "/webhooks/gitlab"
    openhands-webhook-secret = "/webhooks/openhands"
  }

  _own_schema = [for instance in values(google_sql_database_instance.runner) : "gcloud sql users assign-roles ${local.database_users["migrate"]} --type CLOUD_IAM_SERVICE_ACCOUNT --database-roles cloudsqlsuperuser --instance ${instance.name} --project ${var.project_id}"]
  _migrate    = [for job in values(google_cloud_run_v2_job.migrate) : "gcloud run jobs execute ${job.name} --project ${var.project_id} --region ${var.region} --wait"]
}

output "address" {
  description = "The address of the load balancer, for an A record of the domain; null without one."
  value       = one(values(google_compute_global_address.balancer)[*].address)
}

output "base_url" {
  description = "What callers put before /runs; null without a domain, where each function has an address of its own (function_urls)."
  value       = var.variant == "service" ? local.function_urls["create-run"] : local.public_url
}

output "clocks" {
  description = "Seconds that bound a look: how long a task of the queue may take, and for how long a look has its run to itself."
  value       = { dispatch_deadline = local.dispatch_deadline, lease = local.lease }
}

output "connections" {
  description = "How many connections all instances together may hold, of database.max_connections."
  value       = local.connections

  precondition {
    condition     = local.connections <= var.database.max_connections
    error_message = "All instances together may hold ${local.connections} connections (instances x pool of ${local.pool_size}, the largest twice while it is replaced, and ${local._reserved_connections} kept), and the database takes ${var.database.max_connections}: lower max_instances or database.pool_size, or raise database.max_connections, with a tier that has the memory."
  }
}

output "database" {
  description = "The instance of Cloud SQL, its private address, and who logs in; null for a database that exists."
  value = one([for instance in values(google_sql_database_instance.runner) : {
    instance = instance.connection_name
    address  = instance.private_ip_address
    users    = local.database_users
  }])
}

output "function_urls" {
  description = "The address of each function. Those that tasks and scheduler call answer nobody else."
  value       = local.function_urls
}

output "github_secrets" {
  description = "What the workflow in GitHub needs as secrets, beside those that only you know; null where github is."
  value = var.github == null ? null : {
    GCP_PROJECT  = var.project_id
    GCP_REGION   = var.region
    WIF_PROVIDER = google_iam_workload_identity_pool_provider.github["github"].name
    DEPLOYER_SA  = google_service_account.deployer["github"].email
    STATE_BUCKET = var.state_bucket
  }
}

output "images" {
  description = "Where the image of the standalone is pushed to."
  value       = "${var.region}-docker.pkg.dev/${var.project_id}/${google_artifact_registry_repository.images.repository_id}"
}

output "migrate" {
  description = "The command that brings the schema up to date; empty without an image."
  value       = join("", local._migrate)
}

output "next_commands" {
  description = "What to do now, in this order, as text: terraform output -raw next_commands."
  value = join("\n", concat(
    ["# Give each secret its value:"],
    [for name, it in local.secrets : "printf %s \"$VALUE\" | gcloud secrets versions add ${google_secret_manager_secret.secret[name].secret_id} --project ${var.project_id} --data-file=-  # ${it.meaning}"],
    var.image == null ? ["# The image and the schema: docs/deploy.md, steps 7 and 8"] : [],
    [for domain in values(local.domains) : "# Let ${domain} point to this address (an A record); its certificate follows within the hour:\nterraform -chdir=terraform output -raw address"],
    [for command in local._migrate : "# The schema, where scripts/deploy has not brought it up to date: its owner, once, and its newest version.\n${join("", [for own in local._own_schema : "${own}\n"])}${command}"],
    [for name in keys(local.machines) : "# Choose the model of OpenHands at http://localhost:8000/canvas while this runs:\ngcloud compute start-iap-tunnel ${var.name}-openhands ${local.openhands_port} --local-host-port=localhost:8000 --project ${var.project_id} --zone ${var.region}-${var.openhands_vm.zone_letter}"],
    ["# See whether all is well, then start a run:"],
    ["curl -sS ${local.function_urls["health"]}/health"],
    ["curl -sS ${local.function_urls["create-run"]}/runs -H \"Authorization: Bearer $TOKEN\" -H 'Content-Type: application/json' -d '{\"project_id\":\"first\",\"compiled_prompt\":\"Say hello\"}'", ""],
  ))
}

output "own_schema" {
  description = "The command that makes the account of the migration the owner of the schema, once; empty for a database that exists, where the user of its URL owns it."
  value       = join("", local._own_schema)
}

output "queues" {
  description = "The queue of each function that tasks call."
  value       = { for name, queue in google_cloud_tasks_queue.queue : name => queue.id }
}

output "release" {
  description = "What is deployed: the commit, the image, and where each package is kept. The way back begins from it."
  value = {
    commit   = var.commit
    image    = var.image
    packages = { for name, it in google_storage_bucket_object.package : name => "gs://${it.bucket}/${it.name}" }
  }
}

output "routes" {
  description = "What the load balancer sends where, the first that fits first; null for every method. Everything else goes to default."
  value = {
    default = local._backend[local.default_function]
    rules   = [for it in local.routes : merge(it, { function = local._backend[it.function] })]
  }
}

output "secrets" {
  description = "The secrets that need a value, and what the runner is told of them."
  value       = local.secret_reference
  # Whoever reads this adds values.
  depends_on = [google_secret_manager_secret.secret]
}

output "webhook_urls" {
  description = "What git hosts and OpenHands are given as webhook addresses, for the secrets in use."
  value       = { for secret, path in local._webhooks : trimsuffix(secret, "-webhook-secret") => "${local.function_urls["webhook"]}${path}" if contains(keys(local.secrets), secret) }
}
