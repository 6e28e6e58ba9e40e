/* layer: codec */
#include "arena_fixture.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "../fuzz/json_copy.h"

/* The file in memory of exactly its size, so that a read behind it is seen; the caller frees it. */
static struct str read_file(const char *path)
{
	FILE *file = fopen(path, "rb");
	struct stat st;
	char *bytes;
	size_t len;

	assert_non_null(file);
	assert_int_equal(fstat(fileno(file), &st), 0);
	len = (size_t)st.st_size;
	bytes = malloc(len ? len : 1);
	assert_non_null(bytes);
	assert_int_equal(fread(bytes, 1, len, file), len);
	fclose(file);
	return (struct str){ bytes, len };
}

/* What the reader says against the file, NULL for nothing; both ways of reading must agree. */
static const char *problem_of(struct arena *arena, const char *path)
{
	struct str text = read_file(path), copy;
	const char *problem = json_copy(arena, text, &copy);

	assert_true(!problem == !json_copy_skip(arena, text));
	free((char *)(uintptr_t)text.ptr);
	return problem;
}

static int is_case(const struct dirent *entry)
{
	const char *dot = strrchr(entry->d_name, '.');

	return strchr("yni", entry->d_name[0]) && entry->d_name[1] == '_' && dot &&
	       strcmp(dot, ".json") == 0;
}

/* Runs the folder: y_ must be accepted, n_ refused, i_ either. How many; -1 without a folder. */
static int run_folder(struct arena *arena, const char *folder)
{
	struct dirent **names = NULL;
	int n = scandir(folder, &names, is_case, alphasort), wrong = 0;

	for (int i = 0; i < n; i++) {
		struct str path = str_printf(arena, "%s/%s", folder, names[i]->d_name);
		const char *problem = problem_of(arena, path.ptr);

		if (names[i]->d_name[0] == (problem ? 'y' : 'n')) {
			print_message("# %s: %s\n", names[i]->d_name,
				      problem ? problem : "was accepted");
			wrong++;
		}
		free(names[i]);
		arena_reset(arena, 0);
	}
	free(names);
	assert_int_equal(wrong, 0);
	return n;
}

static void our_own_cases_are_decided_as_their_names_say(void **state)
{
	assert_true(run_folder(*state, "tests/vectors/json") >= 60);
}

static void the_published_corpus_is_decided_as_its_names_say(void **state)
{
	const char *shared = getenv("INNKEEPER_SHARED");
	struct str folder =
		str_printf(*state, "%s/corpora/json", shared && *shared ? shared : "../shared");
	char *path = strdup(folder.ptr);
	int n = run_folder(*state, path);

	if (n < 0)
		print_message("# NOT RUN: there is no published JSON corpus at %s\n", path);
	else
		assert_true(n >= 300);
	free(path);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_arena, close_arena)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(our_own_cases_are_decided_as_their_names_say),
		TEST(the_published_corpus_is_decided_as_its_names_say),
	};

	return cmocka_run_group_tests_name("codec_json_corpus", tests, NULL, NULL);
}
