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

variable "channel" {
  description = "The release channel that keeps its version current."
  type        = string
  default     = "regular"

  validation {
    condition     = contains(["rapid", "regular", "stable", "extended"], var.channel)
    error_message = "A channel is rapid, regular, stable or extended."
  }
}

variable "adopted" {
  description = "It was made without Terraform: network, addresses and accounts stay as they are."
  type        = bool
  default     = false
}

variable "network" {
  type = string
}

variable "subnetwork" {
  description = "Null: that of the network in the region."
  type        = string
}

variable "ranges" {
  description = "The names of the secondary ranges of the subnetwork."
  type        = object({ pods = string, services = string })
  default     = { pods = null, services = null }
}

variable "node_service_account" {
  description = "Null: the one that the nodes have."
  type        = string
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
    disk_gb      = optional(number, 30)
  })
  default = {}
}
