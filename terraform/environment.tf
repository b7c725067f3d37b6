# What the processes are told. No value here is secret: a secret is named (sm://) and read by the process itself, so that
# it is in no plan, no state and no revision, and everything can be made before a secret has a value.
locals {
  _settable = [
    "openhands.dialect", "openhands.workspace_root", "openhands.agent_profile", "openhands.llm.model", "openhands.llm.base_url",
    "runs.start_timeout", "runs.stall_timeout", "git.github_url", "git.gitlab_url", "log.level",
  ]

  _settings = {
    for key, value in var.settings :
    "OPENHANDS_${upper(replace(trimprefix(key, "openhands."), ".", "_"))}" => value
  }

  _common = merge(
    {
      GOOGLE_CLOUD_PROJECT    = var.project_id
      OPENHANDS_STORAGE_TYPE  = var.storage_type
      OPENHANDS_REQUIRE_HTTPS = "true"
      OPENHANDS_LOG_FORMAT    = "json"
    },
    local.database_environment,
    { for path in values(google_storage_bucket.artifacts)[*].name : "OPENHANDS_STORAGE_PATH" => path },
    { for url in compact([local.public_url]) : "OPENHANDS_SERVER_PUBLIC_URL" => url },
  )

  _openhands_environment = merge(
    { OPENHANDS_BASE_URL = local.openhands_base_url },
    { for name in keys(local.machines) : "OPENHANDS_WORKSPACE_ROOT" => "/projects/runs" },
  )

  _queue_environment = {
    OPENHANDS_QUEUE_TYPE     = "cloud-tasks"
    OPENHANDS_QUEUE_PROJECT  = var.project_id
    OPENHANDS_QUEUE_LOCATION = var.region
    OPENHANDS_QUEUE_NAME     = local.poll_queue
  }

  function_environment = {
    for name, it in local.functions : name => merge(
      local._common,
      it.enqueues ? local._queue_environment : {},
      it.openhands ? local._openhands_environment : {},
      { for secret in it.secrets : local.secrets[secret].variable => local.secret_reference[secret] },
      local._settings,
      lookup(local.database_user, name, {}),
      {
        OPENHANDS_DATABASE_POOL_SIZE = tostring(local.pool_size)
        # The platform adds it; written out, or every plan would want to take it away.
        LOG_EXECUTION_ID = "true"
        # Small heap, quick start: one processor, short requests. A process without memory is better replaced.
        JAVA_TOOL_OPTIONS = join(" ", [
          "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:MaxRAMPercentage=70", "-XX:+ExitOnOutOfMemoryError",
          "--enable-native-access=ALL-UNNAMED",
        ])
      },
    )
  }

  # The standalone needs no queue: its run table is one. It migrates nothing: only the job `migrate` owns the schema.
  service_environment = merge(
    local._common,
    local._openhands_environment,
    { for name, it in local.secrets : it.variable => local.secret_reference[name] if it.runner },
    local._settings,
    lookup(local.database_user, "service", {}),
    {
      OPENHANDS_DATABASE_POOL_SIZE = tostring(local.pool_size)
      OPENHANDS_DATABASE_MIGRATE   = "false"
      OPENHANDS_SERVER_HOST        = "0.0.0.0"
    },
  )
}
