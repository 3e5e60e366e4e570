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
    prefix = "bytechat/production"
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
  environment     = "production"
  project_id      = var.project_id
  region          = var.region
  alert_email     = var.alert_email
  billing_account = var.billing_account
  budget          = var.budget

  # Nobody deletes what people use by a slip: false, applied, comes before a destroy.
  deletion_protection = true
}
