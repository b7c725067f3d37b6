# Which function answers what, under one address. The first that fits counts; what fits none goes to get-run, which knows
# all routes and says who answers. Tasks are not among them: their functions take nothing from outside.
#
#   method  null for every method
#   path    * for one segment
locals {
  routes = [
    { method = "POST", path = "/", function = "create-run" },
    { method = "POST", path = "/runs", function = "create-run" },
    { method = "POST", path = "/runs/*/cancel", function = "control-run" },
    { method = "POST", path = "/runs/*/messages", function = "control-run" },
    { method = null, path = "/webhooks/**", function = "webhook" },
    { method = null, path = "/health", function = "health" },
    { method = null, path = "/health/live", function = "health" },
    { method = null, path = "/problems/*", function = "health" },
  ]
  default_function = "get-run"
}
