terraform {
  required_version = ">= 1.9"
  required_providers {
    google = {
      source  = "hashicorp/google"
      version = ">= 6.50, < 8"
    }
  }

  # The bucket is that of bootstrap/: terraform init -backend-config=bucket=<name>
  backend "gcs" {
    prefix = "bytechat/staging"
  }
}

provider "google" {
  project = var.project_id
  region  = var.region

  # Budgets are asked for in the name of a project.
  billing_project       = var.project_id
  user_project_override = true
}

module "environment" {
  source          = "../../modules/environment"
  environment     = "staging"
  project_id      = var.project_id
  region          = var.region
  alert_email     = var.alert_email
  billing_account = var.billing_account
  budget          = var.budget

  # A zonal Standard cluster of one small node that may go at any time: staging serves nobody.
  autopilot = false
  zone      = "${var.region}-a"
  nodes     = { min = 0, max = 2, spot = true }
  address   = false

  # It is made and deleted as it is needed.
  deletion_protection = false
}
