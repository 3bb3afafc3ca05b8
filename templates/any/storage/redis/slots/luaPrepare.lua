local version = tonumber(redis.call('GET', KEYS[1]) or 0)
if version < tonumber(ARGV[1]) then
  redis.call('SET', KEYS[1], ARGV[1])
  return tonumber(ARGV[1])
end
return version
