-- GET /runs/{run_id} with the id of one of BENCH_RUNS runs, chosen at random.

local digits = "0123456789abcdefghjkmnpqrstvwxyz"
local runs = tonumber(os.getenv("BENCH_RUNS"))
local headers = { ["Authorization"] = "Bearer " .. os.getenv("BENCH_TOKEN") }

-- The run whose UUID is written like the decimal number n with zeros before it.
local function path(n)
  local value = tonumber(tostring(n), 16)
  local text = ""
  for _ = 1, 26 do
    local digit = value % 32
    text = digits:sub(digit + 1, digit + 1) .. text
    value = (value - digit) / 32
  end
  return "/runs/run_" .. text
end

function init()
  math.randomseed(os.time())
end

function request()
  return wrk.format("GET", path(math.random(runs)), headers)
end
