# Deployments from GitHub without a key: GitHub says who runs, and only the workflow of this repository, on this branch,
# becomes the deployer. A pull request from a fork also says refs/heads/main when it runs as pull_request_target, so the
# events are named.
locals {
  _github = { for github in var.github[*] : "github" => github }

  # Enough to deploy another version, and to read what a plan compares: no secret's value is among it. A change of roles,
  # networks or the database needs a person.
  _deployer_roles = [
    "roles/cloudfunctions.developer",
    "roles/run.developer",
    "roles/cloudbuild.builds.viewer",
    "roles/iam.securityReviewer",
    "roles/viewer",
  ]
}

resource "google_iam_workload_identity_pool" "github" {
  for_each                  = local._github
  workload_identity_pool_id = "${var.name}-github"
  display_name              = "GitHub"
  depends_on                = [google_project_service.api]
}

resource "google_iam_workload_identity_pool_provider" "github" {
  for_each                           = local._github
  workload_identity_pool_id          = google_iam_workload_identity_pool.github[each.key].workload_identity_pool_id
  workload_identity_pool_provider_id = "actions"
  display_name                       = "GitHub Actions"

  attribute_mapping = {
    "google.subject"       = "assertion.sub"
    "attribute.repository" = "assertion.repository"
    "attribute.ref"        = "assertion.ref"
  }
  attribute_condition = join(" && ", [
    "assertion.repository == '${each.value.repository}'",
    "assertion.ref == 'refs/heads/${each.value.branch}'",
    "assertion.event_name in ['push', 'workflow_dispatch']",
  ])

  oidc {
    issuer_uri = "https://token.actions.githubusercontent.com"
  }
}

resource "google_service_account" "deployer" {
  for_each     = local._github
  account_id   = "${var.name}-deployer"
  display_name = "Deploys from GitHub"
  depends_on   = [google_project_service.api]
}

resource "google_service_account_iam_member" "github" {
  for_each           = local._github
  service_account_id = google_service_account.deployer[each.key].name
  role               = "roles/iam.workloadIdentityUser"
  member             = "principalSet://iam.googleapis.com/${google_iam_workload_identity_pool.github[each.key].name}/attribute.repository/${each.value.repository}"
}

resource "google_project_iam_member" "deployer" {
  for_each = { for role in local._deployer_roles : role => role if var.github != null }
  project  = var.project_id
  role     = each.value
  member   = google_service_account.deployer["github"].member
}

# It gives the functions their accounts, and may act as these and no others.
resource "google_service_account_iam_member" "deployer" {
  for_each = { for name, account in merge(
    google_service_account.function, google_service_account.build, google_service_account.service, google_service_account.migrate,
  ) : name => account.name if var.github != null }
  service_account_id = each.value
  role               = "roles/iam.serviceAccountUser"
  member             = google_service_account.deployer["github"].member
}

resource "google_storage_bucket_iam_member" "deployer" {
  for_each = merge(
    { for name, bucket in google_storage_bucket.packages : name => bucket.name if var.github != null },
    { for bucket in compact([var.state_bucket]) : "state" => bucket if var.github != null },
  )
  bucket = each.value
  role   = "roles/storage.objectAdmin"
  member = google_service_account.deployer["github"].member
}

# The values that the workflow is given it may add, and read back, so that only another value becomes a version.
resource "google_secret_manager_secret_iam_member" "deployer" {
  for_each = { for pair in setproduct(
    flatten([for github in var.github[*] : setintersection(github.secrets, keys(local.secrets))]),
    ["roles/secretmanager.secretAccessor", "roles/secretmanager.secretVersionAdder"],
  ) : join("/", pair) => { secret = pair[0], role = pair[1] } }
  secret_id = google_secret_manager_secret.secret[each.value.secret].id
  role      = each.value.role
  member    = google_service_account.deployer["github"].member
}

resource "google_artifact_registry_repository_iam_member" "deployer" {
  for_each   = local._github
  repository = google_artifact_registry_repository.images.name
  location   = var.region
  role       = "roles/artifactregistry.writer"
  member     = google_service_account.deployer[each.key].member
}
