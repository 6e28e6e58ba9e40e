-- One addRoomType a request, its code never used before. Arguments: a file with a hotel code a line, a tag of the run.
local hotels, tag, n = {}, "", 0

local description = string.rep("A quiet room to the garden. ", 6)

function init(args)
	for code in io.lines(args[1]) do
		hotels[#hotels + 1] = code
	end
	tag = args[2]
	wrk.method = "POST"
	wrk.headers["Content-Type"] = "application/json"
end

function request()
	n = n + 1
	-- A step that has no factor in common with 1,000 visits every hotel before it comes back.
	local hotel = hotels[(n * 617) % #hotels + 1]
	local body = string.format('{"code":"%s","roomTypes":[{"code":"%s%d","name":"Double room","description":"%s"}]}',
		hotel, tag, n, description)
	return wrk.format(nil, "/config/" .. hotel .. "/rooms/type", nil, body)
end
