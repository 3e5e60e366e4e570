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
  name            = var.name
  region          = var.region
  zone            = var.zone
  autopilot       = var.autopilot
  channel         = var.channel
  nodes           = var.nodes
  repository      = var.repository
  namespace       = var.namespace
  port            = var.port
  adopted         = var.adopted
  alert_email     = var.alert_email
  billing_account = var.billing_account
  budget          = var.budget

  deletion_protection = var.deletion_protection
}

# With adopted = true, what bytechat has made by itself is taken over, once. Such a block does nothing afterwards.
import {
  for_each = var.adopted ? { cluster = local.cluster } : {}
  to       = module.environment.module.gke.google_container_cluster.this
  id       = "projects/${var.project_id}/locations/${each.value}/clusters/${var.name}"
}

import {
  for_each = var.adopted && !var.autopilot ? { pool = local.cluster } : {}
  to       = module.environment.module.gke.google_container_node_pool.this[0]
  id       = "${var.project_id}/${each.value}/${var.name}/default"
}

import {
  for_each = var.adopted ? { images = var.region } : {}
  to       = module.environment.module.registry.google_artifact_registry_repository.this
  id       = "projects/${var.project_id}/locations/${each.value}/repositories/${coalesce(var.repository, var.name)}"
}

locals {
  cluster = var.autopilot ? var.region : coalesce(var.zone, "${var.region}-b")
}
