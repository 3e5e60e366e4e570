variable "project_id" {
  type = string
}

variable "bucket" {
  description = "Its name, which nobody else in the world has: <project>-terraform is a good one."
  type        = string
}

variable "location" {
  type    = string
  default = "US"
}
