output "cluster_name" {
  value = module.gke.name
}

output "cluster_location" {
  value = module.gke.location
}

output "image_repository" {
  value = module.registry.repository
}

output "address_name" {
  value = one(module.address[*].name)
}

output "address" {
  value = one(module.address[*].address)
}

output "workload" {
  description = "Who the app is for Google."
  value       = module.identity.workload
}
