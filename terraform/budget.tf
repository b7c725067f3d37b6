data "google_project" "project" {
  for_each = { for budget in var.budget[*] : "budget" => budget }
}

# Tells, and stops nothing.
resource "google_billing_budget" "month" {
  for_each        = { for budget in var.budget[*] : "budget" => budget }
  billing_account = each.value.billing_account
  display_name    = "${var.name}: a month"

  budget_filter {
    projects        = ["projects/${data.google_project.project[each.key].number}"]
    calendar_period = "MONTH"
  }

  amount {
    specified_amount {
      currency_code = each.value.currency
      units         = tostring(each.value.monthly_amount)
    }
  }

  dynamic "threshold_rules" {
    for_each = { half = 0.5, nearly = 0.9, all = 1.0 }
    content {
      threshold_percent = threshold_rules.value
      spend_basis       = "CURRENT_SPEND"
    }
  }
  threshold_rules {
    threshold_percent = 1.2
    spend_basis       = "FORECASTED_SPEND"
  }

  # Without anybody named, those who administer the billing account are told.
  dynamic "all_updates_rule" {
    for_each = google_monitoring_notification_channel.mail
    content {
      monitoring_notification_channels = [all_updates_rule.value.id]
    }
  }

  depends_on = [google_project_service.api]
}
