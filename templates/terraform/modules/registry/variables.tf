variable "project_id" {
  type = string
}

variable "name" {
  type = string
}

variable "region" {
  type = string
}

variable "labels" {
  type = map(string)
}

variable "keep" {
  description = "How many of the newest images stay in any case."
  type        = number
  default     = 10
}

variable "keep_days" {
  description = "How old the others may become, in days."
  type        = number
  default     = 30
}

variable "readers" {
  description = "Who may pull, by a name that is known before anything is made."
  type        = map(string)
  default     = {}
}
