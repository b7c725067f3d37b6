# Reads the workflows of GitHub, for a test.
locals {
  folder    = "${path.module}/../../../.github/workflows"
  workflows = { for file in fileset(local.folder, "*.{yml,yaml}") : file => yamldecode(file("${local.folder}/${file}")) }
  _jobs     = flatten([for file, workflow in local.workflows : [for name, job in workflow.jobs : { key = "${file}/${name}", job = job }]])
}

output "actions" {
  description = "What others wrote, of every step and job."
  value = flatten([for workflow in values(local.workflows) : [
    for job in values(workflow.jobs) : [for uses in concat([try(job.uses, "")], [for step in try(job.steps, []) : try(step.uses, "")]) : uses if uses != "" && !startswith(uses, "./")]
  ]])
}

output "deploys" {
  description = "The workflow that deploys, as data; its events are at true, since YAML 1.1 takes the word on for that."
  value       = local.workflows["deploy.yaml"]
}

output "jobs" {
  description = "Every job with steps of its own, by its file and name."
  value       = { for it in local._jobs : it.key => it.job if can(it.job.steps) }
}

output "permissions" {
  description = "What each workflow may do, by its file."
  value       = { for file, workflow in local.workflows : file => try(jsonencode(workflow.permissions), "everything") }
}

output "texts" {
  description = "Each workflow as data, by its file."
  value       = { for file, workflow in local.workflows : file => jsonencode(workflow) }
}
