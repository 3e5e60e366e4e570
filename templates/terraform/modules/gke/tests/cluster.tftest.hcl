# terraform init -backend=false && terraform test: nothing is asked of Google.
mock_provider "google" {}

variables {
  project_id           = "acme-chat"
  name                 = "bytechat"
  location             = "us-central1"
  network              = "projects/acme-chat/global/networks/bytechat"
  subnetwork           = "projects/acme-chat/regions/us-central1/subnetworks/bytechat"
  ranges               = { pods = "pods", services = "services" }
  node_service_account = "bytechat-nodes@acme-chat.iam.gserviceaccount.com"
  labels               = { app = "bytechat" }
  deletion_protection  = true
}

run "autopilot_has_no_pool_of_its_own" {
  command = plan

  assert {
    condition     = google_container_cluster.this.enable_autopilot == true
    error_message = "It is no Autopilot cluster."
  }
  assert {
    condition     = length(google_container_node_pool.this) == 0
    error_message = "Autopilot makes its nodes itself."
  }
}

run "standard_replaces_the_first_pool" {
  command = plan

  variables {
    autopilot = false
    location  = "us-central1-a"
  }

  assert {
    condition     = google_container_cluster.this.remove_default_node_pool == true
    error_message = "The first pool has the default account."
  }
  assert {
    condition     = google_container_node_pool.this[0].node_config[0].service_account == var.node_service_account
    error_message = "The nodes are to run as the account that was made for them."
  }
}

run "autopilot_in_a_zone_is_refused" {
  command = plan

  variables {
    location = "us-central1-a"
  }

  expect_failures = [var.location]
}
