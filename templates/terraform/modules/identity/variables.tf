variable "project_id" {
  type = string
}

variable "name" {
  type = string
}

variable "workload" {
  description = "The service account of the app in the cluster."
  type        = object({ namespace = string, service_account = string })
}

variable "workload_roles" {
  description = "What the app may do in the project. The chat needs nothing."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for role in var.workload_roles : !contains(["roles/owner", "roles/editor", "roles/viewer"], role)])
    error_message = "A basic role is far more than an app needs."
  }
}
