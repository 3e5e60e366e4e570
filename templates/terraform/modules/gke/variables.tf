variable "project_id" {
  type = string
}

variable "name" {
  type = string
}

variable "autopilot" {
  description = "Google runs the nodes and bills pods; otherwise a Standard cluster with a node pool."
  type        = bool
  default     = true
}

variable "location" {
  description = "A region; for a Standard cluster a zone, which alone has the free fee."
  type        = string

  validation {
    condition     = !var.autopilot || can(regex("^[a-z]+-[a-z]+[0-9]+$", var.location))
    error_message = "An Autopilot cluster lies in a region, such as us-central1."
  }
}

variable "network" {
  type = string
}

variable "subnetwork" {
  type = string
}

variable "ranges" {
  description = "The names of the secondary ranges of the subnetwork."
  type        = object({ pods = string, services = string })
}

variable "node_service_account" {
  type = string
}

variable "labels" {
  type = map(string)
}

variable "deletion_protection" {
  description = "True: Terraform refuses to delete the cluster, and whatever would replace it."
  type        = bool
}

variable "nodes" {
  description = "Of a Standard cluster."
  type = object({
    machine_type = optional(string, "e2-medium")
    min          = optional(number, 1)
    max          = optional(number, 3)
    spot         = optional(bool, false)
  })
  default = {}
}
