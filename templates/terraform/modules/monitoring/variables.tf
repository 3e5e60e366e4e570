variable "project_id" {
  type = string
}

variable "name" {
  type = string
}

variable "email" {
  description = "Who is told."
  type        = string
}

variable "cluster" {
  type = string
}

variable "namespace" {
  type = string
}

variable "labels" {
  type = map(string)
}
