output "network" {
  value = google_compute_network.this.id
}

output "subnetwork" {
  value = google_compute_subnetwork.this.id
}

# By their names, from the subnetwork itself: whoever uses them waits until it is there.
output "ranges" {
  value = {
    pods     = google_compute_subnetwork.this.secondary_ip_range[0].range_name
    services = google_compute_subnetwork.this.secondary_ip_range[1].range_name
  }
}
