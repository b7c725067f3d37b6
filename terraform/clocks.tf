# A look at a run must be over before somebody else may begin one:
#
#   function's timeout  <  task's deadline  <  lease of the run
#        90 s                  100 s                120 s
#
# The deadline is in the task (WakeUpTask.DISPATCH_DEADLINE) and the lease in the claim (PollRun.LEASE), so both are
# repeated here to hold the timeout against them. Scheduler's deadline is this deployment's own.
locals {
  dispatch_deadline = 100
  lease             = 120
  attempt_deadline  = 180
}
