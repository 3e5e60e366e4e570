# One environment: all that the app needs around it. What runs in the cluster is deployed by bytechat, not from here.
locals {
  labels   = merge({ app = var.name, environment = var.environment, managed-by = "terraform" }, var.labels)
  services = ["artifactregistry", "compute", "container", "iam", "monitoring"]
  budgeted = var.billing_account != ""
  alerted  = var.alert_email != ""
}

# Left on when all of this goes: others in the project may use them.
resource "google_project_service" "this" {
  for_each           = toset(concat(local.services, local.budgeted ? ["billingbudgets"] : []))
  project            = var.project_id
  service            = "${each.value}.googleapis.com"
  disable_on_destroy = false
}

module "network" {
  source     = "../network"
  project_id = var.project_id
  name       = var.name
  region     = var.region
  port       = var.port
  nat        = var.nat
  depends_on = [google_project_service.this]
}

module "identity" {
  source         = "../identity"
  project_id     = var.project_id
  name           = var.name
  workload       = { namespace = var.namespace, service_account = var.name }
  workload_roles = var.workload_roles
  depends_on     = [google_project_service.this]
}

module "registry" {
  source     = "../registry"
  project_id = var.project_id
  name       = var.name
  region     = var.region
  labels     = local.labels
  readers    = { nodes = module.identity.node_member }
  depends_on = [google_project_service.this]
}

module "gke" {
  source               = "../gke"
  project_id           = var.project_id
  name                 = var.name
  autopilot            = var.autopilot
  location             = var.autopilot ? var.region : var.zone
  network              = module.network.network
  subnetwork           = module.network.subnetwork
  ranges               = module.network.ranges
  node_service_account = module.identity.node_service_account
  deletion_protection  = var.deletion_protection
  nodes                = var.nodes
  labels               = local.labels
}

module "address" {
  source     = "../address"
  count      = var.address ? 1 : 0
  project_id = var.project_id
  name       = var.name
  labels     = local.labels
  depends_on = [google_project_service.this]
}

module "monitoring" {
  source     = "../monitoring"
  count      = local.alerted ? 1 : 0
  project_id = var.project_id
  name       = var.name
  email      = var.alert_email
  cluster    = module.gke.name
  namespace  = var.namespace
  labels     = local.labels
}

module "budget" {
  source          = "../budget"
  count           = local.budgeted ? 1 : 0
  billing_account = var.billing_account
  name            = "${var.name} ${var.environment}"
  project_number  = module.identity.project_number
  amount          = var.budget
  currency        = var.currency
  channels        = module.monitoring[*].channel
  depends_on      = [google_project_service.this]
}
