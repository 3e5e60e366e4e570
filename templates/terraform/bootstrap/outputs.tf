output "bucket" {
  value = google_storage_bucket.state.name
}
