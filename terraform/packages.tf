# What the functions are built from, by whom, and where the images go. An object is named after its content: the same
# name with other bytes would not be deployed.
resource "google_storage_bucket" "packages" {
  for_each                    = { for name in ["packages"] : name => name if var.variant == "functions" }
  name                        = "${var.project_id}-${var.name}-packages"
  location                    = var.region
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"
  # Packages can be built again from their commit.
  force_destroy = true

  versioning {
    enabled = true
  }
  lifecycle_rule {
    action {
      type = "Delete"
    }
    condition {
      days_since_noncurrent_time = 30
    }
  }

  depends_on = [google_project_service.api]
}

resource "google_storage_bucket_object" "package" {
  for_each = local.functions
  bucket   = google_storage_bucket.packages["packages"].name
  name     = "${each.key}/${filesha256("${var.packages_dir}/${each.key}.zip")}.zip"
  source   = "${var.packages_dir}/${each.key}.zip"
}

# Of the functions and of the standalone. The ten newest are kept for a way back.
resource "google_artifact_registry_repository" "images" {
  repository_id = var.name
  location      = var.region
  format        = "DOCKER"
  description   = "Images of the OpenHands Runner"

  cleanup_policies {
    id     = "keep-the-newest"
    action = "KEEP"
    most_recent_versions {
      keep_count = 10
    }
  }
  cleanup_policies {
    id     = "delete-after-a-month"
    action = "DELETE"
    condition {
      older_than = "2592000s"
    }
  }

  depends_on = [google_project_service.api]
}

# The default account of Cloud Build has no roles in new organisations, and too many in old ones.
resource "google_service_account" "build" {
  for_each     = { for name in ["build"] : name => name if var.variant == "functions" }
  account_id   = "${var.name}-build"
  display_name = "Builds the functions"
  depends_on   = [google_project_service.api]
}

# Cloud Build reads a package from the platform's copy of it, in a bucket that does not exist before the first function.
resource "google_project_iam_member" "build" {
  for_each = {
    for role, buckets in {
      "roles/logging.logWriter"    = []
      "roles/storage.objectViewer" = ["gcf-v2-sources-", "gcf-v2-uploads-", "${var.project_id}-${var.name}-packages"]
    } : role => buckets if var.variant == "functions"
  }
  project = var.project_id
  role    = each.key
  member  = google_service_account.build["build"].member

  dynamic "condition" {
    for_each = { for title in ["only packages"] : title => each.value if length(each.value) > 0 }
    content {
      title      = condition.key
      expression = join(" || ", [for bucket in condition.value : "resource.name.startsWith('projects/_/buckets/${bucket}')"])
    }
  }
}

resource "google_artifact_registry_repository_iam_member" "build" {
  for_each   = google_service_account.build
  repository = google_artifact_registry_repository.images.name
  location   = var.region
  role       = "roles/artifactregistry.writer"
  member     = each.value.member
}
