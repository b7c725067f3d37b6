-- POST /runs, every body another one, without an Idempotency-Key.

local headers = {
  ["Authorization"] = "Bearer " .. os.getenv("BENCH_TOKEN"),
  ["Content-Type"] = "application/json",
}
local rest = os.getenv("BENCH_PROMPT") .. '","project_id":"shop","repository":"acme/widgets",'
  .. '"metadata":{"branch":"main","ticket":4711},"title":"Checkout"}'
local count = 0

function request()
  count = count + 1
  return wrk.format("POST", "/runs", headers, '{"compiled_prompt":"' .. count .. " " .. rest)
end
