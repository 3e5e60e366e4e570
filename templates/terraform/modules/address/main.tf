# What the name of the app points to. An Ingress or Gateway of Google's takes it by its name.
resource "google_compute_global_address" "this" {
  name    = var.name
  project = var.project_id
  labels  = var.labels
}
