output "name" {
  value = google_billing_budget.this.display_name
}
