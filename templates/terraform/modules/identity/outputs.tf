output "node_service_account" {
  value = google_service_account.nodes.email
}

output "node_member" {
  value = google_service_account.nodes.member
}

output "workload" {
  value = local.workload
}

output "project_number" {
  value = data.google_project.this.number
}
