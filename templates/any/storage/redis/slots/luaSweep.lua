local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local function sweep(keys, expiry, prefix, most)
  local due = redis.call('ZRANGE', expiry, '-inf', '(' .. string.format('%.0f', now), 'BYSCORE', 'LIMIT', 0, most)
  local gone = 0
  for _, key in ipairs(due) do
    if redis.call('EXISTS', prefix .. key) == 0 then
      redis.call('ZREM', keys, key)
      redis.call('ZREM', expiry, key)
      gone = gone + 1
    end
  end
  return gone
end
