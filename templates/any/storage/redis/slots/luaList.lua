while sweep(KEYS[1], KEYS[2], ARGV[4], 1000) == 1000 do end
local page = {}
for _, key in ipairs(redis.call('ZRANGE', KEYS[1], ARGV[1], ARGV[2], 'BYLEX', 'LIMIT', 0, ARGV[3])) do
  local fields = redis.pcall('HMGET', ARGV[4] .. key, 'value', 'version', 'updatedAt', 'expiresAt')
  table.insert(page, { key, fields[1], fields[2], fields[3], fields[4] })
end
return page
