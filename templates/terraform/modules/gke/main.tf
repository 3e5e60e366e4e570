locals {
  standard = !var.autopilot
  # What another value of would make another cluster of is left to the one that is there.
  designed = !var.adopted
}

resource "google_container_cluster" "this" {
  name                = var.name
  project             = var.project_id
  location            = var.location
  network             = var.network
  subnetwork          = var.subnetwork
  resource_labels     = var.labels
  deletion_protection = var.deletion_protection
  enable_autopilot    = var.autopilot ? true : null

  # Standard: the pool that a cluster is made with goes, the one below stays.
  remove_default_node_pool = local.standard ? true : null
  initial_node_count       = local.standard ? 1 : null

  dynamic "ip_allocation_policy" {
    for_each = local.designed ? [var.ranges] : []
    content {
      cluster_secondary_range_name  = ip_allocation_policy.value.pods
      services_secondary_range_name = ip_allocation_policy.value.services
    }
  }

  dynamic "private_cluster_config" {
    for_each = local.designed ? [true] : []
    content {
      enable_private_nodes = true
    }
  }

  # The control plane is reached by its name alone, where Google asks who somebody is; its IP addresses are closed.
  control_plane_endpoints_config {
    dns_endpoint_config {
      # policy:public-control-plane deploys come from laptops and CI, and IAM decides about each request.
      allow_external_traffic = true
    }
    ip_endpoints_config {
      enabled = false
    }
  }

  release_channel {
    channel = upper(var.channel)
  }

  gateway_api_config {
    channel = "CHANNEL_STANDARD"
  }

  cost_management_config {
    enabled = true
  }

  master_auth {
    client_certificate_config {
      issue_client_certificate = false
    }
  }

  # Autopilot makes its nodes with this; Standard makes no other pool by itself.
  dynamic "cluster_autoscaling" {
    for_each = var.autopilot && local.designed ? [true] : []
    content {
      auto_provisioning_defaults {
        service_account = var.node_service_account
        # policy:broad-scope scopes are no limits any more; the roles of the service account are.
        oauth_scopes = ["https://www.googleapis.com/auth/cloud-platform"]
      }
    }
  }

  # Autopilot has it always.
  dynamic "workload_identity_config" {
    for_each = local.standard ? [true] : []
    content {
      workload_pool = "${var.project_id}.svc.id.goog"
    }
  }

  lifecycle {
    # The first pool is gone; what it had is of no meaning any more.
    ignore_changes = [initial_node_count, node_config]
  }
}

resource "google_container_node_pool" "this" {
  count    = local.standard ? 1 : 0
  name     = "default"
  project  = var.project_id
  location = var.location
  cluster  = google_container_cluster.this.name

  autoscaling {
    min_node_count = var.nodes.min
    max_node_count = var.nodes.max
  }

  management {
    auto_repair  = true
    auto_upgrade = true
  }

  dynamic "network_config" {
    for_each = local.designed ? [true] : []
    content {
      enable_private_nodes = true
    }
  }

  node_config {
    machine_type    = var.nodes.machine_type
    spot            = var.nodes.spot
    disk_size_gb    = var.nodes.disk_gb
    disk_type       = local.designed ? "pd-balanced" : null
    service_account = var.node_service_account
    # policy:broad-scope scopes are no limits any more; the roles of the service account are.
    oauth_scopes    = local.designed ? ["https://www.googleapis.com/auth/cloud-platform"] : null
    labels          = local.designed ? var.labels : null
    resource_labels = var.labels

    workload_metadata_config {
      mode = "GKE_METADATA"
    }

    dynamic "shielded_instance_config" {
      for_each = local.designed ? [true] : []
      content {
        enable_secure_boot          = true
        enable_integrity_monitoring = true
      }
    }
  }
}
