#include "runtime/http_options.h"

#include <stddef.h>

void http_options_init(struct http_options *options)
{
	*options = (struct http_options){
		.listen = "127.0.0.1:8080",
		.workers = 64,
		.queue_max = 1024,
		.connections_max = 20000,
		.bodies_max_bytes = (uint64_t)256 * 1024 * 1024,
		.header_timeout_ms = 10000,
		.body_timeout_ms = 20000,
		.body_bytes_a_second = 1000,
		.idle_timeout_ms = 60000,
		.write_timeout_ms = 20000,
		.write_bytes_a_second = 10000,
		.handler_timeout_ms = 5000,
		.stop_timeout_ms = 9000,
		.last_wait_ms = 500,
	};
}
