variable "billing_account" {
  type = string
}

variable "name" {
  type = string
}

variable "project_number" {
  type = string
}

variable "amount" {
  description = "For a month, whole units of the currency."
  type        = number

  validation {
    condition     = var.amount > 0 && floor(var.amount) == var.amount
    error_message = "A budget is a whole number above 0."
  }
}

variable "currency" {
  description = "That of the billing account."
  type        = string
  default     = "USD"
}

variable "channels" {
  description = "Who is told besides the administrators of the billing account."
  type        = list(string)
  default     = []
}
