variable "project_id" {
  type = string
}

variable "region" {
  type    = string
  default = "us-central1"
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
  default     = 30
}
