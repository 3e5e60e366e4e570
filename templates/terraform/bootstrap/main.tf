# The bucket that the states of the environments lie in. Made once, by hand; its own state stays beside this file.
terraform {
  required_version = ">= 1.9"
  required_providers {
    google = {
      source  = "hashicorp/google"
      version = ">= 6.50, < 8"
    }
  }
}

provider "google" {
  project = var.project_id
}

# policy:customer-key Google's own keys encrypt it; a key of yours is one more thing without which no state can be read.
# policy:access-logs who has read it is in Cloud Audit Logs, when Data Access is on for Cloud Storage.
resource "google_storage_bucket" "state" {
  project       = var.project_id
  name          = var.bucket
  location      = var.location
  labels        = { app = "bytechat", managed-by = "terraform" }
  force_destroy = false

  # States hold secrets in clear.
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"

  # A state that was overwritten by mistake can be had back.
  versioning {
    enabled = true
  }

  lifecycle_rule {
    condition {
      num_newer_versions         = 30
      days_since_noncurrent_time = 90
    }
    action {
      type = "Delete"
    }
  }

  lifecycle {
    prevent_destroy = true
  }
}
