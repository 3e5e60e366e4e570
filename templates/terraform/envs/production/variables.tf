variable "project_id" {
  type = string
}

variable "name" {
  description = "What the cluster is called, and what all else begins with."
  type        = string
  default     = "bytechat"
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

variable "autopilot" {
  description = "Google runs the nodes and bills pods; otherwise nodes of your own in one zone."
  type        = bool
  default     = true
}

variable "channel" {
  description = "The release channel that keeps the version of the cluster current."
  type        = string
  default     = "regular"
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

variable "repository" {
  description = "What the repository of the images is called; null: as the cluster."
  type        = string
  default     = null
}

variable "namespace" {
  description = "Where the app runs in the cluster."
  type        = string
  default     = "bytechat"
}

variable "port" {
  description = "Of the app's containers."
  type        = number
  default     = 8080
}

variable "adopted" {
  description = "Cluster and repository were made by bytechat with infrastructure: direct; they are taken over."
  type        = bool
  default     = false
}

variable "deletion_protection" {
  description = "Nobody deletes what people use by a slip: false, applied, comes before a destroy."
  type        = bool
  default     = true
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
  default     = 100
}
