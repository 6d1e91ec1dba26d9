"""Markdown as people write it: the structure is kept, and nothing in it can act."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest

from dugnad.kernel.text import (
    MAX_SOURCE,
    FileRef,
    Rendered,
    excerpt,
    quote,
    render,
)

PEOPLE = {"amal": ("/people/amal", "Amal Åkesson"), "kari-n": ("/people/kari-n", "Kari Nes")}
IMAGE = FileRef("/files/abc123", 800, 600)


def woven(source: str) -> Rendered:
    return render(source, resolve_mention=PEOPLE.get, resolve_file=lambda key: IMAGE if key == "abc123" else None)


class Tags(HTMLParser):
    """The tags of a fragment in order, and every attribute with its tag."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.skeleton: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.skeleton.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        self.skeleton.append(f"/{tag}")


def skeleton(html: str) -> str:
    return " ".join(Tags(html).skeleton)


CONSTRUCTS = [
    ("Hei på deg", "p /p"),
    ("one\n\ntwo", "p /p p /p"),
    ("one\ntwo", "p br /p"),
    ("one  \ntwo", "p br /p"),
    ("one\\\ntwo", "p br /p"),
    ("   three spaces", "p /p"),
    ("# a", "h3 /h3"),
    ("###### a", "h3 /h3"),
    ("####### a", "p /p"),
    ("#a", "p /p"),
    ("# a #", "h3 /h3"),
    ("# a\n## b\n### c", "h3 /h3 h4 /h4 h5 /h5"),
    ("## a\n#### b\n## c", "h3 /h3 h4 /h4 h3 /h3"),
    ("# a\n## b\n### c\n#### d\n##### e\n###### f", "h3 /h3 h4 /h4 h5 /h5 h6 /h6 h6 /h6 h6 /h6"),
    ("a\n===", "h3 /h3"),
    ("a\n===\nb\n---", "h3 /h3 h4 /h4"),
    ("# *a* `b`", "h3 em /em code /code /h3"),
    ("---", "hr"),
    ("***", "hr"),
    ("_ _ _", "hr"),
    ("a\n\n---\nb", "p /p hr p /p"),
    ("*a*", "p em /em /p"),
    ("_a_", "p em /em /p"),
    ("**a**", "p strong /strong /p"),
    ("__a__", "p strong /strong /p"),
    ("***a***", "p em strong /strong /em /p"),
    ("**a *b* c**", "p strong em /em /strong /p"),
    ("a*b*c", "p em /em /p"),
    ("a_b_c", "p /p"),
    ("* a*", "ul li /li /ul"),
    ("a * b * c", "p /p"),
    ("~~a~~", "p s /s /p"),
    ("~a~", "p /p"),
    ("`a`", "p code /code /p"),
    ("`` a ` b ``", "p code /code /p"),
    ("`*a*`", "p code /code /p"),
    ("*a `b* c`", "p code /code /p"),
    ("    a\n    b", "pre code /code /pre"),
    ("```\na\n```", "pre code /code /pre"),
    ("~~~ python\na\n~~~", "pre code /code /pre"),
    ("```\n<b>\n\n*a*", "pre code /code /pre"),
    ("- a\n- b", "ul li /li li /li /ul"),
    ("* a\n+ b", "ul li /li /ul ul li /li /ul"),
    ("- a\n\n- b", "ul li p /p /li li p /p /li /ul"),
    ("- a\n  - b", "ul li ul li /li /ul /li /ul"),
    ("- a\n\n      code", "ul li p /p pre code /code /pre /li /ul"),
    ("-", "ul li /li /ul"),
    ("1. a\n2. b", "ol li /li li /li /ol"),
    ("1) a", "ol li /li /ol"),
    ("a\n1. b", "p /p ol li /li /ol"),
    ("a\n2. b", "p br /p"),
    ("1. a\n   - b\n     > c", "ol li ul li blockquote p /p /blockquote /li /ul /li /ol"),
    ("> a", "blockquote p /p /blockquote"),
    ("> a\nb", "blockquote p br /p /blockquote"),
    ("> a\n>\n> b", "blockquote p /p p /p /blockquote"),
    ("> a\n\n> b", "blockquote p /p /blockquote blockquote p /p /blockquote"),
    ("> > a", "blockquote blockquote p /p /blockquote /blockquote"),
    ("> - a\n> # b", "blockquote ul li /li /ul h3 /h3 /blockquote"),
    ("[a](https://a.se)", "p a /a /p"),
    ("[a](</t/1 2>)", "p a /a /p"),
    ('[a](/t/1 "title")', "p a /a /p"),
    ("[*a*](/t/1)", "p a em /em /a /p"),
    ("*[a](/t/1)*", "p em a /a /em /p"),
    ("[a]\n\n[a]: /t/1", "p a /a /p"),
    ("[a][B]\n\n[b]: /t/1", "p a /a /p"),
    ("[a][]\n\n[a]: /t/1", "p a /a /p"),
    ("[a]", "p /p"),
    ("[a](b c)", "p /p"),
    ("[a [b](/t/1)](/t/2)", "p a /a /p"),
    ("<https://a.se>", "p a /a /p"),
    ("<kari@example.org>", "p a /a /p"),
    ("![a](file:abc123)", "p img /p"),
    ("![a]\n\n[a]: file:abc123", "p img /p"),
    ("[![a](file:abc123)](/t/1)", "p a img /a /p"),
    ("\\*a\\*", "p /p"),
    ("&amp; &auml; &#229; &nonsense;", "p /p"),
    ("|a|b|\n|-|-|\n|1|2|", "table thead tr th /th th /th /tr /thead tbody tr td /td td /td /tr /tbody /table"),
    ("a|b\n-|-", "table thead tr th /th th /th /tr /thead /table"),
    ("|a|\n|b|", "p br /p"),
    ("<b>a</b>", "p /p"),
    ("<div>\n*a*\n</div>", "p br em /em br /p"),
    ("<!-- a -->", "p /p"),
    ("", ""),
    (" \n\t\n", ""),
]


@pytest.mark.parametrize(("source", "expected"), CONSTRUCTS, ids=[repr(source) for source, _ in CONSTRUCTS])
def test_every_construct_of_commonmark_keeps_its_structure(source: str, expected: str) -> None:
    assert skeleton(woven(source).html) == expected


def test_a_heading_is_shifted_as_far_as_asked_and_no_further_than_h6() -> None:
    assert skeleton(render("# a\n## b", heading_shift=0).html) == "h1 /h1 h2 /h2"
    assert skeleton(render("# a\n## b", heading_shift=5).html) == "h6 /h6 h6 /h6"


def test_a_heading_has_no_id_and_a_fence_no_class() -> None:
    assert render("# a\n\n```js\nx\n```").html == "<h3>a</h3>\n<pre><code>x\n</code></pre>\n"


def test_cells_are_aligned_by_class_and_never_by_style() -> None:
    html = render("|a|b|c|\n|:-|:-:|-:|").html
    assert '<th>a</th>\n<th class="to-center">b</th>\n<th class="to-end">c</th>' in html


def test_the_start_of_a_numbered_list_is_kept() -> None:
    assert render("7. a").html == '<ol start="7">\n<li>a</li>\n</ol>\n'


def test_a_term_with_its_definition_is_a_line_each() -> None:
    rendered = render("64 000\n: Så många bor här.\n\n: ensam")
    assert rendered.html == "<p>64 000<br>\nSå många bor här.</p>\n<p>: ensam</p>\n"
    assert rendered.plain == "64 000\nSå många bor här.\n\n: ensam"


def test_soft_hyphens_break_words_on_the_page_and_are_gone_from_the_plain_text() -> None:
    rendered = render("workshop&shy;tillfällena")
    assert rendered.html == "<p>workshop\u00adtillfällena</p>\n"
    assert rendered.plain == "workshoptillfällena"


LINKS = [
    ("[a](https://a.se/x)", '<a href="https://a.se/x" rel="nofollow ugc noopener">a</a>'),
    ("[a](HTTP://a.se)", '<a href="HTTP://a.se" rel="nofollow ugc noopener">a</a>'),
    ("[a](/t/1)", '<a href="/t/1">a</a>'),
    ("[a](mailto:a@b.se)", '<a href="mailto:a@b.se">a</a>'),
    ("[](/t/1)", '<a href="/t/1">/t/1</a>'),
    ("[a]()", "a"),
    ("[a](//evil.example)", "[a](//evil.example)"),
    ("[a](/\\evil.example)", '<a href="/%5Cevil.example">a</a>'),
    ("[a](t/1)", "[a](t/1)"),
    ("[a](#b)", "[a](#b)"),
    ("[a](ftp://a.se)", "[a](ftp://a.se)"),
    ("[a](file:abc123)", '<a href="/files/abc123">a</a>'),
    ("[a](file:unknown)", "a"),
    ("[a](file:///etc/passwd)", "[a](file:///etc/passwd)"),
    ("see https://a.se/x_y_z.", 'see <a href="https://a.se/x_y_z" rel="nofollow ugc noopener">https://a.se/x_y_z</a>.'),
    ("(https://a.se/w_(x))", '(<a href="https://a.se/w_(x)" rel="nofollow ugc noopener">https://a.se/w_(x)</a>)'),
    ("**https://a.se**", '<strong><a href="https://a.se" rel="nofollow ugc noopener">https://a.se</a></strong>'),
    ("[https://a.se](/t/1)", '<a href="/t/1">https://a.se</a>'),
    ("`https://a.se`", "<code>https://a.se</code>"),
    ("xhttps://a.se", "xhttps://a.se"),
    ("https:// a", "https:// a"),
    ("http://å.se", '<a href="http://xn--5ca.se" rel="nofollow ugc noopener">http://å.se</a>'),
    ("www.a.se/b, yes", '<a href="https://www.a.se/b" rel="nofollow ugc noopener">www.a.se/b</a>, yes'),
    ("www. a", "www. a"),
    ("kari@www.a.se", "kari@www.a.se"),
]


@pytest.mark.parametrize(("source", "expected"), LINKS, ids=[source for source, _ in LINKS])
def test_links_lead_only_where_the_house_lets_them(source: str, expected: str) -> None:
    assert woven(source).html == f"<p>{expected}</p>\n"


def test_an_address_longer_than_two_thousand_characters_is_text() -> None:
    assert skeleton(render(f"[a](https://a.se/{'x' * 2000}) https://b.se/{'å' * 1900}").html) == "p /p"


def test_one_definition_used_thousands_of_times_does_not_blow_up_the_page() -> None:
    source = f"[a]: https://a.se/{'y' * 1900}\n\n" + "[a]" * 16_000
    html = render(source).html
    assert html.count("<a ") == 104
    assert len(html) < 5 * MAX_SOURCE


IMAGES = [
    (
        "![två *grannar*](file:abc123)",
        '<img src="/files/abc123" alt="två grannar" width="800" height="600" loading="lazy" decoding="async">',
    ),
    ("![](file:abc123)", '<img src="/files/abc123" alt="" width="800" height="600" loading="lazy" decoding="async">'),
    ("![a](https://x.se/b.png)", '<a href="https://x.se/b.png" rel="nofollow ugc noopener">a</a>'),
    ("![](https://x.se/b%20c.png)", '<a href="https://x.se/b%20c.png" rel="nofollow ugc noopener">b c.png</a>'),
    ("![a](/uploads/b.png)", '<a href="/uploads/b.png">a</a>'),
    ("![a](file:gone)", "a"),
    ("![a](data:image/png;base64,AAAA)", "![a](data:image/png;base64,AAAA)"),
    ("[![a](https://x.se/b.png)](/t/1)", '<a href="/t/1">a</a>'),
    ("![a [b](/t/1) c](https://x.se)", '<a href="https://x.se" rel="nofollow ugc noopener">a b c</a>'),
]


@pytest.mark.parametrize(("source", "expected"), IMAGES, ids=[source for source, _ in IMAGES])
def test_only_stored_images_are_shown_and_all_others_are_links(source: str, expected: str) -> None:
    assert woven(source).html == f"<p>{expected}</p>\n"


def test_an_image_may_be_known_by_its_address_too() -> None:
    rendered = render("![a](/uploads/b.png)", resolve_file={"/uploads/b.png": IMAGE}.get)
    assert skeleton(rendered.html) == "p img /p"
    assert rendered.files == ("/uploads/b.png",)


AMAL = '<a href="/people/amal" class="mention">@Amal Åkesson</a>'
MENTIONS = [
    ("@amal", AMAL),
    ("Tack @Amal!", f"Tack {AMAL}!"),
    ("(@amal)", f"({AMAL})"),
    ("@amal, @amal.", f"{AMAL}, {AMAL}."),
    ("**@amal**", f"<strong>{AMAL}</strong>"),
    ("@kari-n", '<a href="/people/kari-n" class="mention">@Kari Nes</a>'),
    ("@amal’s", f"{AMAL}’s"),
    ("@amal_x @amal-x @amalia", "@amal_x @amal-x @amalia"),
    ("@nobody", "@nobody"),
    ("kari@amal", "kari@amal"),
    ("kari.n@amal.se", "kari.n@amal.se"),
    ("@amal@example.org", "@amal@example.org"),
    ("@amal.example.org", "@amal.example.org"),
    ("\\@amal &#64;amal", "@amal @amal"),
    ("`@amal`", "<code>@amal</code>"),
    ("[@amal](/t/1)", '<a href="/t/1">@amal</a>'),
    ("https://a.se/@amal", '<a href="https://a.se/@amal" rel="nofollow ugc noopener">https://a.se/@amal</a>'),
    ("@@amal /@amal", "@@amal /@amal"),
]


@pytest.mark.parametrize(("source", "expected"), MENTIONS, ids=[source for source, _ in MENTIONS])
def test_a_mention_is_a_known_handle_in_running_text(source: str, expected: str) -> None:
    assert woven(source).html == f"<p>{expected}</p>\n"


def test_the_result_names_those_mentioned_and_the_files_shown_once_each() -> None:
    rendered = woven("@kari-n @amal @nobody @amal ![](file:abc123) ![](file:gone) ![](file:abc123)")
    assert rendered.mentions == ("kari-n", "amal")
    assert rendered.files == ("abc123",)


def test_without_resolvers_every_candidate_is_named_and_stays_text() -> None:
    rendered = render("@Kari-n, @nobody ![a](file:abc123) ![b](/x.png) `@code`")
    assert rendered.mentions == ("kari-n", "nobody")
    assert rendered.files == ("abc123",)
    assert rendered.html == '<p>@Kari-n, @nobody a <a href="/x.png">b</a> <code>@code</code></p>\n'


def test_a_handle_of_more_than_forty_characters_is_no_mention() -> None:
    assert render(f"@{'a' * 40}").mentions == ("a" * 40,)
    assert render(f"@{'a' * 41} @a").mentions == ()


def test_a_quote_from_the_editor_says_who_said_it() -> None:
    rendered = woven(quote("Hei *du*", "Kari [N]_e", "/t/12/post/5", "nn") + "Takk")
    assert rendered.html == (
        '<blockquote>\n<cite><a href="/t/12/post/5">Kari [N]_e</a></cite>\n<p>Hei <em>du</em></p>\n</blockquote>\n'
        "<p>Takk</p>\n"
    )
    assert rendered.plain == "> Kari [N]_e:\n> Hei du\n\nTakk"


def test_a_quote_may_have_its_source_on_the_line_above_the_words() -> None:
    assert render("> [Kari](/t/1) wrote:\n> hei").html == (
        '<blockquote>\n<cite><a href="/t/1">Kari</a></cite>\n<p>hei</p>\n</blockquote>\n'
    )


def test_a_dash_at_the_end_of_a_quote_says_who_said_it() -> None:
    rendered = render("> Ingen skal betale.\n>\n> — Turid *Myklebust*")
    assert rendered.html == (
        "<blockquote>\n<p>Ingen skal betale.</p>\n<cite>Turid <em>Myklebust</em></cite>\n</blockquote>\n"
    )
    assert rendered.plain == "> Ingen skal betale.\n>\n> — Turid Myklebust"


@pytest.mark.parametrize("source", ["> [a](/t/1) and more", "> a\n\n— b", "> [a](/t/1)", "> — a\n> b"])
def test_other_quotes_have_no_source(source: str) -> None:
    assert "<cite>" not in render(source).html


def test_a_quote_leaves_out_what_the_source_quoted() -> None:
    assert quote("> old\n\nnew\n\n> older", "Kari", "/t/1", "sv") == "> [Kari](/t/1) skrev:\n>\n> new\n\n"
    assert quote("> old", "Kari", "/t/1") == "> [Kari](/t/1) wrote:\n>\n> > old\n\n"


def test_a_name_cannot_break_out_of_the_quote() -> None:
    rendered = render(quote("hei", "](https://evil.example) `*x\n# y", "/t/1"))
    assert skeleton(rendered.html) == "blockquote cite a /a /cite p /p /blockquote"
    assert rendered.plain == "> ](https://evil.example) `*x # y:\n> hei"


def test_the_plain_text_reads_like_a_mail() -> None:
    source = (
        "# Møte\n\nVi *ses* på [kaféen](https://kafe.example/her) eller [her](/t/1).\n\n"
        "- kaffe\n- kake\n  1. eple\n  2. pære\n\n> sitat\n>\n> - a\n\n"
        "|sak|tid|\n|-|-|\n|start|18|\n\n```\nx  y\n```\n\n---\n![to naboer](file:abc123) <https://a.se>\\\nslutt"
    )
    assert woven(source).plain == (
        "Møte\n\nVi ses på kaféen (https://kafe.example/her) eller her.\n\n"
        "- kaffe\n- kake\n  1. eple\n  2. pære\n\n> sitat\n>\n> - a\n\n"
        "sak | tid\nstart | 18\n\nx  y\n\n---\n\n[to naboer] https://a.se\nslutt"
    )


def test_a_loose_list_keeps_its_paragraphs_under_its_marks() -> None:
    assert render("1. a\n\n   b\n\n10. c").plain == "1. a\n\n   b\n\n2. c"


def test_an_excerpt_is_one_line_cut_after_a_word() -> None:
    assert excerpt("kort", 10) == "kort"
    assert excerpt("en två tre fyra", 15) == "en två tre fyra"
    assert excerpt("en två tre fyra", 14) == "en två tre…"
    assert excerpt("en två, tre fyra", 9) == "en två…"
    assert excerpt("x" * 50, 10) == "x" * 9 + "…"
    assert excerpt("a " + "x" * 50, 10) == "a xxxxxxx…"


def test_an_excerpt_passes_over_quotes_and_addresses() -> None:
    assert excerpt("> old\n> words\n\nSe (https://a.se/x) her") == "Se her"
    assert excerpt("> only\n> quoted") == "> only > quoted"
