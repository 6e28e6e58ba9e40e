/* layer: codec */
/* Each document is a block of exactly its size, so that a read beside it is seen. */
#include "arena_fixture.h"

#include <string.h>

#include "codec/xml_element.h"
#include "disagree.h"
#include "exact_text.h"

#define PATH "A/B/C"

struct xml_case {
	const char *document;
	const char *text; /* NULL = refused */
};

static const struct xml_case cases[] = {
	{ "<A><B><C>x</C></B></A>", "x" },
	{ "<?xml version=\"1.0\" encoding='UTF-8'?>\n<A xmlns=\"u:v\">\r\n <B><D/><C a='1' b = \"&lt;2>\" "
	  ">x</C ></B>\t</A>\n",
	  "x" },
	{ "<A><B><C></C></B></A>", "" },
	{ "<A><B><C/></B></A>", "" },
	{ "<A><B><C> x\n</C></B></A>", " x\n" },
	{ "<A><B><C>&lt;&gt;&amp;&quot;&apos;&#65;&#x41;&#x1F600;</C></B></A>",
	  "<>&\"'AA\xf0\x9f\x98\x80" },
	{ "<A><B><C>\xc3\xa9</C></B></A>", "\xc3\xa9" },
	{ "<A><B><D>no</D></B><B><C>x</C></B></A>", "x" },
	{ "<A><C>no</C><B><D><C>no</C></D><C>x</C></B></A>", "x" },
	{ "<A><A><B><C>no</C></B></A><B><C>x</C></B></A>", "x" },
	{ "<A><B>text<C>]]</C>text</B></A>", "]]" },
	{ "", NULL },
	{ "x", NULL },
	{ "<", NULL },
	{ "<A", NULL },
	{ "<A>", NULL },
	{ "<A/>", NULL },
	{ "<A><B/></A>", NULL },
	{ "<A><B><C>", NULL },
	{ "<A><B><C>x", NULL },
	{ "<A><B><C>x</C", NULL },
	{ "<A><B><C>x</C></B>", NULL },
	{ "<A><B><C>x</C></B></A", NULL },
	{ "<A><B><C>x</C></A></B>", NULL },
	{ "<A><B><C>x</B></C></A>", NULL },
	{ "<A><B><C>x</c></B></A>", NULL },
	{ "<A><B><C>x</C></B></A><A/>", NULL },
	{ "<A><B><C>x</C></B></A>x", NULL },
	{ "x<A><B><C>x</C></B></A>", NULL },
	{ "</A>", NULL },
	{ "<a><B><C>x</C></B></a>", NULL },
	{ "<A><B><C>x</C><C>y</C></B></A>", NULL },
	{ "<A><B><C>x</C></B><B><C>x</C></B></A>", NULL },
	{ "<A><B><C>x<D/></C></B></A>", NULL },
	{ "<A><B><C>x</C></B><!-- c --></A>", NULL },
	{ "<A><B><C><![CDATA[x]]></C></B></A>", NULL },
	{ "<!DOCTYPE A><A><B><C>x</C></B></A>", NULL },
	{ "<!DOCTYPE A [<!ENTITY e \"x\">]><A><B><C>&e;</C></B></A>", NULL },
	{ "<A><?p i?><B><C>x</C></B></A>", NULL },
	{ "<?xml version=\"1.0\"<A><B><C>x</C></B></A>", NULL },
	{ "<?xml version?><A><B><C>x</C></B></A>", NULL },
	{ "<A><B><C>&e;</C></B></A>", NULL },
	{ "<A><B><C>&</C></B></A>", NULL },
	{ "<A><B><C>&amp</C></B></A>", NULL },
	{ "<A><B><C>&;</C></B></A>", NULL },
	{ "<A><B><C>&#;</C></B></A>", NULL },
	{ "<A><B><C>&#x;</C></B></A>", NULL },
	{ "<A><B><C>&#xg;</C></B></A>", NULL },
	{ "<A><B><C>&#a;</C></B></A>", NULL },
	{ "<A><B><C>&#0;</C></B></A>", NULL },
	{ "<A><B><C>&#x1;</C></B></A>", NULL },
	{ "<A><B><C>&#xd800;</C></B></A>", NULL },
	{ "<A><B><C>&#xffff;</C></B></A>", NULL },
	{ "<A><B><C>&#x110000;</C></B></A>", NULL },
	{ "<A><B><C>&#00000000065;</C></B></A>", NULL },
	{ "<A><B><C>\x01</C></B></A>", NULL },
	{ "<A><B><C>\xff</C></B></A>", NULL },
	{ "<A a><B><C>x</C></B></A>", NULL },
	{ "<A a=1><B><C>x</C></B></A>", NULL },
	{ "<A a='1'b='2'><B><C>x</C></B></A>", NULL },
	{ "<A a='<'><B><C>x</C></B></A>", NULL },
	{ "<A a='&e;'><B><C>x</C></B></A>", NULL },
	{ "<A a='1><B><C>x</C></B></A>", NULL },
	{ "<A a=", NULL },
	{ "<A a='", NULL },
	{ "< A><B><C>x</C></B></A>", NULL },
	{ "<1A><B><C>x</C></B></1A>", NULL },
	{ "<A ><B / ><C>x</C></B></A>", NULL },
};

static void an_element_is_read_or_the_document_is_refused(void **state)
{
	struct arena *arena = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct str text = exact_text(cases[i].document), out;
		const bool is_read = xml_element_read(arena, text, STR(PATH), &out);

		if (is_read != (cases[i].text != NULL))
			disagree("%s: is %sread", cases[i].document, is_read ? "" : "not ");
		if (is_read)
			assert_text(out, str_of(cases[i].text));
		exact_text_free(text);
	}
}

/* Every document that is read is refused when it ends anywhere before. */
static void a_document_that_was_cut_is_refused(void **state)
{
	struct arena *arena = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]) && cases[i].text; i++) {
		size_t end = strlen(cases[i].document);

		while (cases[i].document[end - 1] != '>')
			end--;
		for (size_t len = 0; len < end; len++) {
			const char *start =
				str_c(arena, str_sub(str_of(cases[i].document), 0, len));
			struct str text = exact_text(start), out;

			if (xml_element_read(arena, text, STR(PATH), &out))
				disagree("is read: %s", start);
			exact_text_free(text);
		}
	}
}

static bool read_nested(struct arena *arena, unsigned depth)
{
	struct str document = STR(""), out;

	for (unsigned i = 0; i < depth; i++)
		document = str_printf(arena, "<D>" STR_FMT "</D>", STR_ARG(document));
	document = str_printf(arena, "<A>" STR_FMT "<B><C>x</C></B></A>", STR_ARG(document));
	return xml_element_read(arena, document, STR(PATH), &out);
}

static void deep_nesting_has_a_limit(void **state)
{
	struct arena *arena = *state;

	assert_true(read_nested(arena, XML_ELEMENT_DEPTH_MAX - 1));
	assert_false(read_nested(arena, XML_ELEMENT_DEPTH_MAX));
	assert_false(read_nested(arena, 1000));
}

static void a_full_arena_is_a_refusal(void **state)
{
	struct arena small;
	struct str out;

	(void)state;
	arena_init(&small, 1);
	assert_false(xml_element_read(&small, STR("<A><B><C>xyz</C></B></A>"), STR(PATH), &out));
	arena_close(&small);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(an_element_is_read_or_the_document_is_refused,
						open_arena, close_arena),
		cmocka_unit_test_setup_teardown(a_document_that_was_cut_is_refused, open_arena,
						close_arena),
		cmocka_unit_test_setup_teardown(deep_nesting_has_a_limit, open_arena, close_arena),
		cmocka_unit_test(a_full_arena_is_a_refusal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
