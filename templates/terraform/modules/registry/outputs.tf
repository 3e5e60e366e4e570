output "repository" {
  description = "What an image is called before its tag: <this>/<image>."
  value       = "${var.region}-docker.pkg.dev/${var.project_id}/${google_artifact_registry_repository.this.repository_id}"
}
