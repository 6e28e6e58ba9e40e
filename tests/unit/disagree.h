/* disagree.h - fails a test in words of its own: cmocka's fail_msg needs its macro `fail`, and that name is ours. */
#ifndef INNKEEPER_TESTS_DISAGREE_H
#define INNKEEPER_TESTS_DISAGREE_H

#define disagree(...)                      \
	do {                               \
		print_error(__VA_ARGS__);  \
		print_error("\n");         \
		_fail(__FILE__, __LINE__); \
	} while (0)

#endif
