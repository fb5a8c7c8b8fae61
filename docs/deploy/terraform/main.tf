# One version of the shop on one side, in a Kubernetes cluster, without any provider: kubectl does the work. Each side has a state of its own.
terraform {
  required_version = ">= 1.4"
}

variable "side" { type = string }
variable "version_name" { type = string }
variable "instances" { type = number }
variable "namespace" { type = string }
variable "context" { type = string }
variable "image" { type = string }

locals {
  name = "shop-${var.side}"
  manifest = jsonencode({
    apiVersion = "apps/v1"
    kind       = "Deployment"
    metadata   = { name = local.name, labels = { app = "shop", side = var.side } }
    spec = {
      replicas = var.instances
      selector = { matchLabels = { app = "shop", side = var.side } }
      template = {
        metadata = { labels = { app = "shop", side = var.side } }
        spec = {
          terminationGracePeriodSeconds = 40
          containers = [{
            name            = "shop"
            image           = "${var.image}:${var.version_name}"
            imagePullPolicy = "IfNotPresent"
            env = [
              { name = "PORT", value = "8080" },
              { name = "SHAKEDOWN_SIDE", value = var.side },
              { name = "SHAKEDOWN_VERSION", value = var.version_name },
            ]
            ports          = [{ containerPort = 8080 }]
            readinessProbe = { httpGet = { path = "/healthz", port = 8080 }, periodSeconds = 1 }
            lifecycle      = { preStop = { sleep = { seconds = 3 } } }
          }]
        }
      }
    }
  })
}

resource "terraform_data" "shop" {
  input = {
    name     = local.name
    kubectl  = "kubectl --context=${var.context} --namespace=${var.namespace}"
    manifest = local.manifest
  }
  triggers_replace = [local.manifest]

  provisioner "local-exec" {
    command     = "printf %s \"$MANIFEST\" | ${self.input.kubectl} apply -f - && ${self.input.kubectl} rollout status deployment/${self.input.name} --timeout=120s"
    environment = { MANIFEST = self.input.manifest }
  }

  provisioner "local-exec" {
    when    = destroy
    command = "${self.input.kubectl} delete deployment/${self.input.name} --ignore-not-found --cascade=foreground --wait"
  }
}
