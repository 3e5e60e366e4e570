resource "google_monitoring_notification_channel" "email" {
  project      = var.project_id
  display_name = "${var.name}: ${var.email}"
  type         = "email"
  user_labels  = var.labels
  labels       = { email_address = var.email }
}

# A pod that is started again and again serves nobody for long.
resource "google_monitoring_alert_policy" "restarts" {
  project               = var.project_id
  display_name          = "${var.name}: containers are restarted"
  combiner              = "OR"
  notification_channels = [google_monitoring_notification_channel.email.id]
  user_labels           = var.labels

  conditions {
    display_name = "more than 3 in 10 minutes"
    condition_threshold {
      filter          = "resource.type = \"k8s_container\" AND resource.labels.cluster_name = \"${var.cluster}\" AND resource.labels.namespace_name = \"${var.namespace}\" AND metric.type = \"kubernetes.io/container/restart_count\""
      comparison      = "COMPARISON_GT"
      threshold_value = 3
      duration        = "0s"
      aggregations {
        alignment_period     = "600s"
        per_series_aligner   = "ALIGN_DELTA"
        cross_series_reducer = "REDUCE_SUM"
        group_by_fields      = ["resource.labels.namespace_name"]
      }
    }
  }

  alert_strategy {
    auto_close = "86400s"
  }

  documentation {
    mime_type = "text/markdown"
    content   = "`bytechat kube logs --previous` shows what the last one said."
  }
}

# A volume that is full stops every write.
resource "google_monitoring_alert_policy" "volume" {
  project               = var.project_id
  display_name          = "${var.name}: a volume is nearly full"
  combiner              = "OR"
  notification_channels = [google_monitoring_notification_channel.email.id]
  user_labels           = var.labels

  conditions {
    display_name = "more than 80 % for 10 minutes"
    condition_threshold {
      filter          = "resource.type = \"k8s_pod\" AND resource.labels.cluster_name = \"${var.cluster}\" AND resource.labels.namespace_name = \"${var.namespace}\" AND metric.type = \"kubernetes.io/pod/volume/utilization\""
      comparison      = "COMPARISON_GT"
      threshold_value = 0.8
      duration        = "600s"
      aggregations {
        alignment_period   = "60s"
        per_series_aligner = "ALIGN_MAX"
      }
    }
  }

  alert_strategy {
    auto_close = "86400s"
  }
}
