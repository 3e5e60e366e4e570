mock_provider "google" {}

variables {
  billing_account = "012345-6789AB-CDEF01"
  name            = "bytechat production"
  project_number  = "123456789012"
  amount          = 100
}

run "tells_at_half_and_before_it_is_spent" {
  command = plan

  assert {
    condition     = [for rule in google_billing_budget.this.threshold_rules : rule.threshold_percent] == [0.5, 0.9, 1, 1]
    error_message = "Somebody is to know at half, at nine tenths, when it is spent, and when it will be."
  }
  assert {
    condition     = google_billing_budget.this.amount[0].specified_amount[0].units == "100"
    error_message = "The amount is another."
  }
}

run "nothing_is_no_budget" {
  command = plan

  variables {
    amount = 0
  }

  expect_failures = [var.amount]
}
