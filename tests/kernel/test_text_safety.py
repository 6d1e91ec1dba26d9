"""No text, however nasty, makes a page act, and none is too large or too strange to be answered."""

from __future__ import annotations

from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dugnad.kernel.text import (
    MAX_SOURCE,
    FileRef,
    Rendered,
    TextTooLong,
    clean_line,
    clean_text,
    render,
)
from dugnad.kernel.text.wall import ALLOWED_ATTRIBUTES, ALLOWED_TAGS, wall

IMAGE = FileRef("/files/abc123", 800, 600)
PEOPLE = {"amal": ("/people/amal", "Amal Åkesson")}


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


def assert_harmless(html: str) -> None:
    parsed = Tags(html)
    assert {tag.removeprefix("/") for tag in parsed.skeleton} <= ALLOWED_TAGS
    for tag, name, value in parsed.attributes:
        assert name in ALLOWED_ATTRIBUTES[tag]
        if name == "href":
            assert urlsplit(value).scheme in ("http", "https", "mailto") or value.startswith("/")
            assert not value.startswith(("//", "/\\"))
        if name == "src":
            assert value == IMAGE.url


PAYLOADS = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=https://evil.example/x.js></SCRIPT>",
    "<scr<script>ipt>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<img src='x' onerror='alert(1)'",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><a xlink:href='javascript:alert(1)'><text>x</text></a></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<iframe src=javascript:alert(1)></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data=javascript:alert(1)></object>",
    "<embed src=javascript:alert(1)>",
    "<body onload=alert(1)>",
    "<details open ontoggle=alert(1)>",
    "<input autofocus onfocus=alert(1)>",
    "<form action=javascript:alert(1)><button>x</button></form>",
    "<a href=javascript:alert(1)>x</a>",
    "<a href='https://a.se' onclick='alert(1)'>x</a>",
    "<style>@import 'https://evil.example/x.css';</style>",
    "<link rel=stylesheet href=https://evil.example/x.css>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'>",
    "<base href=https://evil.example>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<template><script>alert(1)</script></template>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?xml version='1.0'?><script>alert(1)</script>",
    "<div style='background:url(javascript:alert(1))'>x</div>",
    "<p style=position:fixed;inset:0>x</p>",
    "</p></div></article><script>alert(1)</script>",
    "<b/onmouseover=alert(1)>x",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\nscript:alert(1))",
    "[x](<java\tscript:alert(1)>)",
    "[x](&#106;avascript:alert(1))",
    "[x](&#x6A;&#x61;vascript&colon;alert(1))",
    "[x](javascript&#58;alert(1))",
    "[x](\x01javascript:alert(1))",
    "[x](%6Aavascript:alert(1))",
    "[x](vbscript:msgbox(1))",
    "[x](data:text/html,<script>alert(1)</script>)",
    "[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    "[x](blob:https://evil.example/1)",
    "[x](//evil.example)",
    "[x](/\\evil.example)",
    "[x](/\t/evil.example)",
    "[x](https://evil.example/'onmouseover='alert(1))",
    '[x](https://a.se/"onmouseover="alert(1))',
    "[x](https://a.se '\"onmouseover=alert(1)')",
    "[x](https://a.se \"' onmouseover=alert(1) x='\")",
    "[x]: javascript:alert(1)\n\n[x]",
    "<javascript:alert(1)>",
    "<JAVASCRIPT:alert(1)>",
    "![x](javascript:alert(1))",
    '![x" onerror="alert(1)](file:abc123)',
    "![<script>alert(1)</script>](file:abc123)",
    "![x](https://evil.example/x.svg)",
    "![x](file:abc123?onerror=alert(1))",
    "[![x](javascript:alert(1))](javascript:alert(2))",
    "```<script>\n</code></pre><script>alert(1)</script>\n```",
    "`</code><script>alert(1)</script>`",
    "@amal<script>alert(1)</script>",
    "https://a.se/<script>alert(1)</script>",
    'https://a.se/"onmouseover=alert(1)//',
    "www.a.se/'onmouseover=alert(1)//",
    "|<script>|\n|-|\n|<img src=x onerror=alert(1)>|",
    "# <script>alert(1)</script>",
    "> [<script>](/t/1) wrote:\n> x",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "<x\x00script>alert(1)</x\x00script>",
]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_nothing_that_could_act_survives(payload: str) -> None:
    assert_harmless(woven(payload).html)
    assert_harmless(woven(f"a\n\n- {payload}\n\n> {payload}").html)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_the_second_wall_holds_alone(payload: str) -> None:
    assert_harmless(wall(payload))


def test_the_second_wall_keeps_only_values_of_the_right_shape() -> None:
    assert wall('<a href="/x" rel="opener" class="btn" target="_top" id="a">x</a>') == '<a href="/x">x</a>'
    assert wall('<a href="//evil.example">x</a><a href="x">y</a>') == "<a>x</a><a>y</a>"
    assert wall('<img src="https://evil.example/x.png" width="1e9" alt="a">') == '<img alt="a">'
    assert wall('<td class="btn main" style="color:red">') == ""


_PIECES = st.sampled_from([*"[]()<>*_`~|&#!\\\"'\n\t :@-"]) | st.sampled_from(
    [
        "javascript:",
        "<script>",
        "onerror=",
        "file:abc123",
        "https://a.se",
        "@amal",
        "data:text/html,",
        "<img ",
        "![",
        "](",
        "www.",
        "&#x6A;",
        "\x00",
        "\u202e",
        "\ud800",
        "style=",
        "<a href=",
        "> ",
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(_PIECES | st.text(max_size=4), max_size=40).map("".join))
def test_no_text_at_all_makes_a_page_act(source: str) -> None:
    rendered = woven(source)
    assert_harmless(rendered.html)
    assert "\x00" not in rendered.html + rendered.plain
    rendered.html.encode()


def test_ten_million_characters_are_refused_before_they_are_read() -> None:
    with pytest.raises(TextTooLong) as refused:
        render("[" * 10_000_000)
    assert (refused.value.length, refused.value.limit) == (10_000_000, 50_000)


@pytest.mark.parametrize("piece", ["[", "![", ">", "*", "- ", "`", "<", "|", "**a*", "@a", "\u0316\u0301", "http://å"])
def test_the_longest_text_of_one_nasty_piece_is_rendered(piece: str) -> None:
    source = (piece * MAX_SOURCE)[:MAX_SOURCE]
    rendered = render(source)
    assert_harmless(rendered.html)
    assert 0 < len(rendered.html) < 20 * MAX_SOURCE


def test_quotes_and_lists_nest_only_so_deep() -> None:
    assert render(">" * 1000 + " a").html.count("<blockquote>") == 24
    assert render("- " * 1000 + "a").html.count("<ul>") <= 24


def test_a_body_is_kept_in_one_form() -> None:
    assert clean_text("a\r\nb\rc\u2028d\x85e") == "a\nb\nc\nd\ne"
    assert clean_text("a\x00b\x07c\x9fd\ufffee\ud800f") == "abcdef"
    assert clean_text("A\u030angstro\u0308m") == "Ångström"
    assert clean_text("a\u202eb\u202ac\u2067d\u2069") == "abc\u2067d\u2069"
    assert clean_text("\n \n    code\n\n b  \nc \n\n") == "    code\n\n b  \nc"
    assert clean_text("Ba" + "\u0301" * 40) == "Bá" + "\u0301" * 7


def test_a_field_of_one_line_is_one_line_of_visible_characters() -> None:
    assert clean_line("  Kari\n\tNes\u00a0 \u3000x ") == "Kari Nes x"
    assert clean_line("A\u200bm\u00ada\ufeffl\u2066\u202e\u2060") == "Amal"
    assert clean_line("می\u200cخواهم 👩\u200d👩\u200d👧") == "می\u200cخواهم 👩\u200d👩\u200d👧"
    assert clean_line(" \u200b ") == ""


def test_entities_cannot_smuggle_in_what_is_dropped() -> None:
    rendered = render("a&#x202e;b&#0;c&#xD800;d <https://a.se/%E2%80%AE>")
    assert "\u202e" not in rendered.html + rendered.plain
    assert rendered.plain.startswith("ab\ufffdc\ufffdd")
