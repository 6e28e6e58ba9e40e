-- One addTag a request, its code never used before, to a hotel drawn at random. Arguments: a file with a hotel code a line,
-- the number of the run: a tag's code begins with it, and it seeds the draw.
local hotels, run, n = {}, "", 0

local description = string.rep("A quiet room to the garden. ", 4)

function init(args)
	for code in io.lines(args[1]) do
		hotels[#hotels + 1] = code
	end
	run = args[2]
	math.randomseed(tonumber(run))
	wrk.method = "POST"
	wrk.headers["Content-Type"] = "application/json"
end

function request()
	n = n + 1
	local hotel = hotels[math.random(#hotels)]
	local body = string.format('{"code":"%s","tags":[{"code":"R%s-%d","name":"Sea view","description":"%s","priceImpact":5}]}',
		hotel, run, n, description)
	return wrk.format(nil, "/config/" .. hotel .. "/tags", nil, body)
end
