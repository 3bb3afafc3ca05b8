local current = redis.call('HGET', KEYS[1], 'version')
if ARGV[4] == 'absent' and current then return false end
if ARGV[4] == 'same' and current ~= ARGV[5] then return false end
redis.call('DEL', KEYS[1])
local updated = ARGV[8] ~= '' and ARGV[8] or string.format('%.0f', now)
redis.call('HSET', KEYS[1], 'value', ARGV[2], 'version', ARGV[3], 'updatedAt', updated)
redis.call('ZADD', KEYS[2], 0, ARGV[1])
if ARGV[6] == '' then
  redis.call('ZREM', KEYS[3], ARGV[1])
  return { updated }
end
local ends = now + tonumber(ARGV[6])
local score = string.format('%.0f', ends)
redis.call('HSET', KEYS[1], 'expiresAt', score)
redis.call('PEXPIREAT', KEYS[1], score)
redis.call('ZADD', KEYS[3], score, ARGV[1])
sweep(KEYS[2], KEYS[3], ARGV[7], 100)
return { updated, ends }
