# The bytes of what agents left, where storage_type is gcs. Their list is always in the database, and names them by their
# digest, so an object is never written over.
resource "google_storage_bucket" "artifacts" {
  for_each                    = { for name in ["artifacts"] : name => name if var.storage_type == "gcs" }
  name                        = "${var.project_id}-${var.name}-artifacts"
  location                    = var.region
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"
  force_destroy               = !var.deletion_protection

  soft_delete_policy {
    retention_duration_seconds = 604800
  }

  depends_on = [google_project_service.api]
}

resource "google_storage_bucket_iam_member" "artifacts" {
  for_each = merge(
    { for name, it in local.functions : name => { role = it.artifacts, member = google_service_account.function[name].member } if it.artifacts != null && var.storage_type == "gcs" },
    { for name, account in google_service_account.service : name => { role = "roles/storage.objectUser", member = account.member } if var.storage_type == "gcs" },
  )
  bucket = google_storage_bucket.artifacts["artifacts"].name
  role   = each.value.role
  member = each.value.member
}
