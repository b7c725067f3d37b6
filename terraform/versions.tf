terraform {
  # 1.11: mocks of `terraform test` that already hold while planning.
  required_version = ">= 1.11, < 2.0"

  required_providers {
    google = {
      source = "hashicorp/google"
      # 7.32: all_traffic_on_latest_revision is heeded. 8 changes defaults; everything it changes is written out here,
      # and the bound goes up once a plan with 8 was empty.
      version = ">= 7.32, < 8.0"
    }
  }

  # The bucket is given by `scripts/deploy`; it must exist before anything else, so nothing here makes it.
  backend "gcs" {
    prefix = "openhands-runner"
  }
}

provider "google" {
  project                         = var.project_id
  region                          = var.region
  add_terraform_attribution_label = false
  default_labels                  = { app = var.name }
}
