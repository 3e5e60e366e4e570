variable "project_id" {
  type = string
}

variable "name" {
  type = string
}

variable "region" {
  type = string
}

variable "ranges" {
  description = "Of nodes, pods and services. They overlap with nothing that is to be reached."
  type = object({
    nodes    = optional(string, "10.10.0.0/20")
    pods     = optional(string, "10.20.0.0/16")
    services = optional(string, "10.30.0.0/20")
  })
  default = {}

  validation {
    condition     = alltrue([for range in values(var.ranges) : can(cidrhost(range, 0))])
    error_message = "Each range is written as 10.10.0.0/20."
  }
}

variable "port" {
  description = "Of the containers, where load balancers may reach them."
  type        = number
  default     = 8080
}

variable "nat" {
  description = "Let nodes and pods reach the internet. About 1 to 33 USD a month, and 0.045 USD a GiB."
  type        = bool
  default     = false
}

variable "flow_logs" {
  type    = bool
  default = false
}
