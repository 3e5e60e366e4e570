mock_provider "google" {
  mock_data "google_project" {
    defaults = { number = "123456789012" }
  }
}

variables {
  project_id = "acme-chat"
}

run "production_is_protected" {
  command = apply

  assert {
    condition     = output.cluster_name == "bytechat"
    error_message = "The cluster is called otherwise."
  }
  assert {
    condition     = startswith(output.workload, "principal://iam.googleapis.com/projects/123456789012/")
    error_message = "The app is not known to Google by its name in the cluster."
  }
}
