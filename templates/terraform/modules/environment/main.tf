# One environment: all that the app needs around it. What runs in the cluster is deployed by bytechat, not from here.
locals {
  # By managed-by, bytechat knows what is its own to change: that is all of this, whichever way it was made.
  labels   = merge({ app = var.name, environment = var.environment, managed-by = "bytechat" }, var.labels)
  services = ["artifactregistry", "cloudresourcemanager", "compute", "container", "iam", "monitoring"]
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
  count      = var.adopted ? 0 : 1
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
  name       = coalesce(var.repository, var.name)
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
  adopted              = var.adopted
  channel              = var.channel
  location             = var.autopilot ? var.region : coalesce(var.zone, "${var.region}-b")
  network              = var.adopted ? "default" : module.network[0].network
  subnetwork           = var.adopted ? null : module.network[0].subnetwork
  ranges               = var.adopted ? null : module.network[0].ranges
  node_service_account = var.adopted ? null : module.identity.node_service_account
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
