mock_provider "google" {}

variables {
  project_id = "acme-chat"
  name       = "bytechat"
  region     = "us-central1"
}

run "nat_only_when_asked" {
  command = plan

  assert {
    condition     = length(google_compute_router_nat.this) == 0
    error_message = "NAT costs, and nobody has asked for it."
  }
}

run "nat_when_asked" {
  command = plan

  variables {
    nat = true
  }

  assert {
    condition     = google_compute_router_nat.this[0].source_subnetwork_ip_ranges_to_nat == "ALL_SUBNETWORKS_ALL_IP_RANGES"
    error_message = "Pods are to reach the internet too."
  }
}

run "a_range_that_is_none" {
  command = plan

  variables {
    ranges = { pods = "everything" }
  }

  expect_failures = [var.ranges]
}
