# Reads the workflows of GitHub, for a test.
locals {
  folder    = "${path.module}/../../../.github/workflows"
  workflows = { for file in fileset(local.folder, "*.{yml,yaml}") : file => yamldecode(file("${local.folder}/${file}")) }
}

output "actions" {
  description = "What others wrote, of every step and job."
  value = flatten([for workflow in values(local.workflows) : [
    for job in values(workflow.jobs) : [for uses in concat([try(job.uses, "")], [for step in try(job.steps, []) : try(step.uses, "")]) : uses if uses != "" && !startswith(uses, "./")]
  ]])
}

output "permissions" {
  description = "What each workflow may do, by its file."
  value       = { for file, workflow in local.workflows : file => try(jsonencode(workflow.permissions), "everything") }
}

output "texts" {
  description = "Each workflow as data, by its file."
  value       = { for file, workflow in local.workflows : file => jsonencode(workflow) }
}
