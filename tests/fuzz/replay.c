/* replay.c: the main() of a fuzz target that is not built by libFuzzer: runs the target once on every
 * file of the folder named as the only argument and says so in TAP. A folder without a file fails:
 * a replay of nothing proves nothing.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A copy of exactly the input's size, so that the address sanitizer sees a read behind it. */
static uint8_t *read_input(const char *path, size_t *size)
{
	struct stat st;
	FILE *file = fopen(path, "rb");
	uint8_t *data;

	if (!file || fstat(fileno(file), &st) != 0) {
		perror(path);
		exit(1);
	}
	*size = (size_t)st.st_size;
	data = malloc(*size ? *size : 1);
	if (!data || fread(data, 1, *size, file) != *size) {
		perror(path);
		exit(1);
	}
	fclose(file);
	return data;
}

static void replay_file(const char *path)
{
	size_t size;
	uint8_t *data = read_input(path, &size);

	/* The last line before a crash names the input. */
	printf("# %s\n", path);
	fflush(stdout);
	LLVMFuzzerTestOneInput(data, size);
	free(data);
}

static int is_visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

int main(int argc, char **argv)
{
	struct dirent **names = NULL;
	char path[4096];
	int n;

	if (argc != 2) {
		fprintf(stderr, "usage: %s CORPUS_FOLDER\n", argv[0]);
		return 2;
	}
	n = scandir(argv[1], &names, is_visible, alphasort);
	for (int i = 0; i < n; i++) {
		snprintf(path, sizeof(path), "%s/%s", argv[1], names[i]->d_name);
		replay_file(path);
		free(names[i]);
	}
	free(names);
	printf("1..1\n%s 1 - %d inputs of %s replayed\n", n > 0 ? "ok" : "not ok", n > 0 ? n : 0,
	       argv[1]);
	return n > 0 ? 0 : 1;
}
