#include "runtime/http_connection.h"

bool http_connection_enter(struct http_connection *connection, enum http_phase phase)
{
	connection->phase = phase;
	connection->since_ms = connection->loop->now_ms;
	return true;
}

bool http_connection_give_up(struct http_connection *connection)
{
	connection->is_broken = true;
	return false;
}
