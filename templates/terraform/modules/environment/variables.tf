variable "project_id" {
  type = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{4,28}[a-z0-9]$", var.project_id))
    error_message = "A project id has 6 to 30 of a-z, 0-9 and -, and begins with a letter."
  }
}

variable "environment" {
  type = string
}

variable "name" {
  description = "What everything is called."
  type        = string
  default     = "bytechat"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,22}[a-z0-9]$", var.name))
    error_message = "Use a-z, 0-9 and -, 3 to 24 of them: it begins the names of accounts."
  }
}

variable "region" {
  type    = string
  default = "us-central1"
}

variable "zone" {
  description = "Of a Standard cluster; null: zone b of the region."
  type        = string
  default     = null
}

variable "channel" {
  type    = string
  default = "regular"
}

variable "repository" {
  description = "What the repository of the images is called; null: as everything else."
  type        = string
  default     = null
}

variable "adopted" {
  description = "Cluster and repository were made by bytechat with infrastructure: direct, in the default network."
  type        = bool
  default     = false
}

variable "autopilot" {
  type    = bool
  default = true
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

variable "namespace" {
  description = "Where the app runs in the cluster."
  type        = string
  default     = "bytechat"
}

variable "port" {
  type    = number
  default = 8080
}

variable "workload_roles" {
  type    = set(string)
  default = []
}

variable "nat" {
  type    = bool
  default = false
}

variable "address" {
  description = "Reserve an address that outlives the cluster."
  type        = bool
  default     = true
}

variable "deletion_protection" {
  type = bool
}

variable "alert_email" {
  description = "Who is told when something is wrong; empty: nobody, and nothing watches."
  type        = string
  default     = ""
}

variable "billing_account" {
  description = "For a budget; empty: none."
  type        = string
  default     = ""
}

variable "budget" {
  description = "For a month, in the currency of the billing account."
  type        = number
  default     = 50
}

variable "currency" {
  type    = string
  default = "USD"
}

variable "labels" {
  type    = map(string)
  default = {}
}
