variable "alert_email" {
  description = "Who is told of alerts and of the budget; null for a dashboard and alerts that tell nobody."
  type        = string
  default     = null

  validation {
    condition     = var.alert_email == null ? true : can(regex("^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$", var.alert_email))
    error_message = "alert_email must be an e-mail address."
  }
}

variable "budget" {
  description = "What a month may cost before somebody is told, charged to the billing account given; null for no budget. A deployer of GitHub then needs the role Billing Account Viewer there, to plan."
  type = object({
    billing_account = string
    monthly_amount  = number
    currency        = optional(string, "USD")
  })
  default = null

  validation {
    condition     = var.budget == null ? true : can(regex("^[0-9A-F]{6}-[0-9A-F]{6}-[0-9A-F]{6}$", var.budget.billing_account))
    error_message = "budget.billing_account must look like 012345-6789AB-CDEF01."
  }
  validation {
    condition     = var.budget == null ? true : var.budget.monthly_amount >= 1 && floor(var.budget.monthly_amount) == var.budget.monthly_amount
    error_message = "budget.monthly_amount must be a whole number of at least 1."
  }
  validation {
    condition     = var.budget == null ? true : can(regex("^[A-Z]{3}$", var.budget.currency))
    error_message = "budget.currency must be three capital letters, the currency of the billing account."
  }
}

variable "database" {
  description = "Whose PostgreSQL: managed for Cloud SQL of this deployment, existing for one whose URL is the value of the secret database-url; then how many connections it takes, and how many of them an instance may hold (2 for a function, 10 for the service, which has as many again for its looks). The machine, the zones and the backups are those of a managed one."
  type = object({
    provision        = optional(string, "managed")
    tier             = optional(string, "db-custom-1-3840")
    highly_available = optional(bool, false)
    max_connections  = optional(number, 100)
    pool_size        = optional(number)
    retained_backups = optional(number, 14)
  })
  default  = {}
  nullable = false

  validation {
    condition     = contains(["managed", "existing"], var.database.provision)
    error_message = "database.provision must be managed or existing."
  }
  validation {
    condition     = can(regex("^db-(custom-[0-9]+-[0-9]+|f1-micro|g1-small)$", var.database.tier))
    error_message = "database.tier must be db-custom-CPUS-MEGABYTES, db-f1-micro or db-g1-small: the machines of the edition ENTERPRISE."
  }
  validation {
    condition     = var.database.max_connections >= 25 && var.database.max_connections <= 1000
    error_message = "database.max_connections must be from 25 to 1000."
  }
  validation {
    condition     = var.database.pool_size == null ? true : var.database.pool_size >= 1 && var.database.pool_size <= 100
    error_message = "database.pool_size must be from 1 to 100, as database.pool_size of the runner."
  }
  validation {
    condition     = var.database.retained_backups >= 7 && var.database.retained_backups <= 365
    error_message = "database.retained_backups must be from 7 to 365: point-in-time recovery reaches back a week."
  }
}

variable "commit" {
  description = "The commit that is deployed, kept as an output for the way back; null where it is not known. scripts/deploy gives it."
  type        = string
  default     = null

  validation {
    condition     = var.commit == null ? true : can(regex("^[0-9a-f]{40}$", var.commit))
    error_message = "commit must be the 40 digits of a commit."
  }
}

variable "deletion_protection" {
  description = "Whether the database, its secrets, queues and buckets refuse to be destroyed. False only for a project that is thrown away."
  type        = bool
  default     = true
  nullable    = false
}

variable "domain" {
  description = "The name under which callers reach the runner, such as runs.example.com: makes a load balancer with a certificate and Cloud Armor. Null for the functions' own addresses."
  type        = string
  default     = null

  validation {
    condition     = var.domain == null ? true : can(regex("^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z]{2,63}$", var.domain))
    error_message = "domain must be a host name in lower case, without https:// and without a path."
  }
}

variable "github" {
  description = "The repository whose workflow may deploy, from which branch, and of which secrets it may add a value (and read the newest, to compare); null for no deployments from GitHub."
  type = object({
    repository = string
    branch     = optional(string, "main")
    secrets    = optional(set(string), ["database-url", "github-webhook-secret", "openhands-token"])
  })
  default = null

  validation {
    condition     = var.github == null ? true : can(regex("^[A-Za-z0-9-]{1,39}/[A-Za-z0-9._-]{1,100}$", var.github.repository))
    error_message = "github.repository must be one OWNER/NAME: anything wider would let other repositories deploy."
  }
  validation {
    condition     = var.github == null ? true : can(regex("^[A-Za-z0-9._/-]{1,200}$", var.github.branch))
    error_message = "github.branch must be the name of one branch."
  }
  validation {
    condition     = var.github == null ? true : length(setsubtract(var.github.secrets, ["database-url", "github-webhook-secret", "openhands-token"])) == 0
    error_message = "github.secrets knows database-url, github-webhook-secret and openhands-token, the secrets that the workflow is given."
  }
}

variable "image" {
  description = "The image of the standalone, by its digest: runs the migrations, and everything where variant is service. Null until one was pushed."
  type        = string
  default     = null

  validation {
    condition     = var.image == null ? true : can(regex("^[a-z0-9][a-z0-9./_:-]+@sha256:[0-9a-f]{64}$", var.image))
    error_message = "image must end in @sha256: and the digest: a tag can be moved to other code after the review of a plan."
  }
  validation {
    condition     = var.variant != "service" || var.image != null
    error_message = "The variant service needs an image."
  }
}

variable "max_instances" {
  description = "The most instances of a function, by its name, where the default is not enough; service for the variant service. More of them need more connections of the database."
  type        = map(number)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for name in keys(var.max_instances) : contains(concat(keys(local._functions), ["service"]), name)])
    error_message = "max_instances knows the names of functions, and service."
  }
  validation {
    condition     = alltrue([for most in values(var.max_instances) : most >= 1 && most <= 1000 && floor(most) == most])
    error_message = "max_instances must be whole numbers from 1 to 1000."
  }
}

variable "name" {
  description = "What the names of all resources begin with: another one makes a second deployment in the same project. Queues that were deleted keep their names for days."
  type        = string
  default     = "runner"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,9}[a-z0-9]$", var.name))
    error_message = "name must have 3 to 11 lower case letters, digits and hyphens, beginning with a letter: the longest name of a service account made of it has 30."
  }
}

variable "network" {
  description = "The private ranges: that of the functions (an address for each instance, twice while a new version replaces another), that of OpenHands, and that of Cloud SQL, of which Google takes a /16."
  type = object({
    functions_cidr   = optional(string, "10.20.0.0/23")
    openhands_cidr   = optional(string, "10.20.2.0/28")
    database_address = optional(string, "10.21.0.0")
  })
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for range in [var.network.functions_cidr, var.network.openhands_cidr] : can(cidrhost(range, 1))])
    error_message = "network.functions_cidr and network.openhands_cidr must be ranges such as 10.20.0.0/23."
  }
  validation {
    condition     = try(tonumber(split("/", var.network.functions_cidr)[1]) <= 26, false)
    error_message = "network.functions_cidr must be a /26 or larger: in a smaller one instances cannot start."
  }
  validation {
    condition     = can(cidrhost("${var.network.database_address}/16", 1))
    error_message = "network.database_address must be the first address of a /16, such as 10.21.0.0."
  }
}

variable "openhands" {
  description = "Whose OpenHands works: managed for a virtual machine of this deployment without a public address, existing for those of openhands_base_url."
  type        = string
  nullable    = false

  validation {
    condition     = contains(["managed", "existing"], var.openhands)
    error_message = "openhands must be managed or existing."
  }
}

variable "openhands_base_url" {
  description = "The OpenHands that exist, as openhands.base_url of the runner has them: [name=]URL[;weight=N][;max=N][;dialect=D][;drain], comma separated."
  type        = string
  default     = null

  validation {
    condition     = (var.openhands == "existing") == (var.openhands_base_url != null)
    error_message = "openhands_base_url must be given where openhands is existing, and only there."
  }
  validation {
    condition     = var.openhands_base_url == null ? true : alltrue([for one in split(",", var.openhands_base_url) : can(regex("^\\s*([A-Za-z0-9][A-Za-z0-9._-]*=)?https?://[^\\s@]+$", one))])
    error_message = "openhands_base_url must be URLs with http or https, comma separated, without a user or key in them."
  }
}

variable "openhands_vm" {
  description = "The machine of a managed OpenHands: its size, its disk, the zone's letter and the image of Agent Canvas."
  type = object({
    machine_type = optional(string, "e2-standard-4")
    disk_gb      = optional(number, 100)
    zone_letter  = optional(string, "b")
    image        = optional(string, "ghcr.io/openhands/agent-canvas:1.20.0")
  })
  default  = {}
  nullable = false

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9./_-]+(:[0-9][A-Za-z0-9._-]*|@sha256:[0-9a-f]{64})$", var.openhands_vm.image))
    error_message = "openhands_vm.image must name a version or a digest, never latest: the machine would change when it restarts."
  }
  validation {
    condition     = var.openhands_vm.disk_gb >= 20 && var.openhands_vm.disk_gb <= 64000
    error_message = "openhands_vm.disk_gb must be from 20 to 64000."
  }
  validation {
    condition     = can(regex("^[a-f]$", var.openhands_vm.zone_letter))
    error_message = "openhands_vm.zone_letter must be the last letter of a zone of the region, such as b."
  }
}

variable "packages_dir" {
  description = "Where scripts/package has put one FUNCTION.zip for each function."
  type        = string
  default     = "../target/packages"
  nullable    = false

  validation {
    condition     = var.variant == "service" || alltrue([for name in keys(local._functions) : fileexists("${var.packages_dir}/${name}.zip")])
    error_message = "packages_dir must have a FUNCTION.zip for each function; scripts/package makes them."
  }
}

variable "project_id" {
  description = "The Google Cloud project; billing must be enabled."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{4,28}[a-z0-9]$", var.project_id))
    error_message = "project_id must be the id of a project (6 to 30 lower case letters, digits and hyphens), not its number or name."
  }
}

variable "region" {
  description = "Where everything runs and is kept."
  type        = string
  default     = "europe-west1"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]+-[a-z]+[0-9]{1,2}$", var.region))
    error_message = "region must be a region such as europe-west1, not a zone."
  }
}

variable "secrets" {
  description = "Which of the optional secrets are used. Each gets a container, and the functions that need it are told its name; a value has to be added before they can work."
  type        = set(string)
  default     = ["github-webhook-secret", "github-token"]
  nullable    = false

  validation {
    condition     = alltrue([for name in var.secrets : contains(keys(local._optional_secrets), name)])
    error_message = "secrets knows github-webhook-secret, gitlab-webhook-secret, openhands-webhook-secret, github-token, gitlab-token and llm-api-key."
  }
}

variable "settings" {
  description = "Other keys of the runner's configuration, such as { \"runs.stall_timeout\" = \"30 min\" }. What Terraform decides itself, and secrets, cannot be given here."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for key in keys(var.settings) : contains(local._settable, key)])
    error_message = "settings knows openhands.dialect, openhands.workspace_root, openhands.agent_profile, openhands.llm.model, openhands.llm.base_url, runs.start_timeout, runs.stall_timeout, git.github_url, git.gitlab_url and log.level."
  }
}

variable "state_bucket" {
  description = "The bucket that keeps Terraform's state, so that the deployer of GitHub may use it; null where only people deploy."
  type        = string
  default     = null

  validation {
    condition     = var.state_bucket == null ? true : can(regex("^[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]$", var.state_bucket))
    error_message = "state_bucket must be the name of a bucket, without gs://."
  }
  validation {
    condition     = var.github == null || var.state_bucket != null
    error_message = "Deployments from GitHub need state_bucket: without it each of them would begin with an empty state."
  }
}

variable "storage_type" {
  description = "Where the bytes of artifacts are kept: database (5 MiB each), or gcs for a bucket."
  type        = string
  default     = "database"
  nullable    = false

  validation {
    condition     = contains(["database", "gcs"], var.storage_type)
    error_message = "storage_type must be database or gcs: functions keep no files."
  }
}

variable "variant" {
  description = "What runs: functions, or service for the standalone as one Cloud Run service that is always on."
  type        = string
  default     = "functions"
  nullable    = false

  validation {
    condition     = contains(["functions", "service"], var.variant)
    error_message = "variant must be functions or service."
  }
}
