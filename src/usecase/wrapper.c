#include "usecase/wrapper.h"

#include "base/buf.h"
#include "codec/json_writer.h"
#include "model/shape_write.h"

static void write_error(struct json_writer *json)
{
	json_name(json, STR("error"));
	json_begin_object(json);
	json_name(json, STR("code"));
	json_string(json, STR(""));
	json_name(json, STR("msg"));
	json_string(json, STR(""));
	json_end_object(json);
	json_name(json, STR("subFunction"));
	json_string(json, STR(""));
}

struct str wrapper_write_list(struct arena *arena, const struct hotel *const *hotels, size_t n,
			      struct str next)
{
	struct json_writer json;
	struct buf buf;

	buf_init(&buf, arena);
	json_writer_init(&json, &buf);
	json_begin_object(&json);
	write_error(&json);
	json_name(&json, STR("response"));
	json_begin_array(&json);
	for (size_t i = 0; i < n; i++)
		shape_write(&json, &hotel_shape, hotels[i]);
	json_end_array(&json);
	if (next.len != 0) {
		json_name(&json, STR("next"));
		json_string(&json, next);
	}
	json_end_object(&json);
	return buf_take(&buf);
}

struct str wrapper_write(struct arena *arena, const struct hotel *hotel)
{
	return wrapper_write_list(arena, &hotel, 1, STR(""));
}
