output "cluster_name" {
  value = module.environment.cluster_name
}

output "cluster_location" {
  value = module.environment.cluster_location
}

output "image_repository" {
  value = module.environment.image_repository
}

output "address_name" {
  value = module.environment.address_name
}

output "address" {
  value = module.environment.address
}

output "workload" {
  value = module.environment.workload
}
