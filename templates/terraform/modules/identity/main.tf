data "google_project" "this" {
  project_id = var.project_id
}

# The account of the nodes: without one of their own they get the default account, which may edit the project.
resource "google_service_account" "nodes" {
  project      = var.project_id
  account_id   = "${var.name}-nodes"
  display_name = "Nodes of ${var.name}"
}

# All that a node needs: to write logs and metrics. That it may pull images is said at their repository.
resource "google_project_iam_member" "nodes" {
  project = var.project_id
  role    = "roles/container.defaultNodeServiceAccount"
  member  = google_service_account.nodes.member
}

# The app by the name that it has in the cluster: no key, and no account in between.
resource "google_project_iam_member" "workload" {
  for_each = var.workload_roles
  project  = var.project_id
  role     = each.value
  member   = local.workload
}

locals {
  pool     = "projects/${data.google_project.this.number}/locations/global/workloadIdentityPools/${var.project_id}.svc.id.goog"
  workload = "principal://iam.googleapis.com/${local.pool}/subject/ns/${var.workload.namespace}/sa/${var.workload.service_account}"
}
