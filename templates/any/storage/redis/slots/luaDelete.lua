local current = redis.call('HGET', KEYS[1], 'version')
if current and ARGV[2] == 'same' and current ~= ARGV[3] then return -1 end
redis.call('ZREM', KEYS[2], ARGV[1])
redis.call('ZREM', KEYS[3], ARGV[1])
return redis.call('DEL', KEYS[1])
