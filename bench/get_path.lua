-- GETs of a path drawn at random each time. Argument: a file with a path a line.
local paths = {}

function init(args)
	for path in io.lines(args[1]) do
		paths[#paths + 1] = path
	end
	math.randomseed(tonumber(args[2]))
end

function request()
	return wrk.format(nil, paths[math.random(#paths)])
end
