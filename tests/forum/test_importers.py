"""Reading what movements keep elsewhere: front matter, dates, languages, Markdown dialects, pictures, pairs."""

from __future__ import annotations

import io
import os
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from dugnad.forum.importers import Unreadable
from dugnad.forum.importers.conversion import convert
from dugnad.forum.importers.folder import SourceFile, markdown_files, read
from dugnad.forum.importers.front_matter import FrontMatter, date_of, split
from dugnad.forum.importers.languages import language_called, language_of_words, without_suffix
from dugnad.forum.importers.pairs import Side, pairs_among
from dugnad.forum.importers.pictures import encode_pictures, find_pictures
from dugnad.kernel.text import render

STOCKHOLM = ZoneInfo("Europe/Stockholm")


def converted(body: str, **how: object) -> str:
    return convert(body, language="en", **how).source


def why(call, *arguments: object) -> str:
    with pytest.raises(Unreadable) as reason:
        call(*arguments)
    return str(reason.value)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("# Only text\n", "it has no front matter: the first line is not ---"),
        ("+++\ntitle = 'x'\n+++\n", "its front matter is TOML; only YAML between two lines of --- is read"),
        ("---\ntitle: x\n\nText", "its front matter has no end: a second line of --- is missing"),
        ("---\n- a\n- b\n---\n", "its front matter is not a list of names and values"),
        ("---\ntitle: 'x\nlang: sv\n---\n", "its front matter is not YAML: found unexpected end of stream in line 3"),
        ("---\n" + "- " * 5000 + "\n---\n", "its front matter is not YAML"),
        (f"---\ntitle: {'x' * 100_001}\n---\n", "its front matter is too long"),
    ],
)
def test_front_matter_that_cannot_be_read_says_why(text, reason):
    assert why(split, text) == reason


def test_values_stay_what_was_written():
    front, body = split("---\nTitle: 2024\nlang: no\ndate: 2024-01-02\npublished: false\n---\nText\n---\nmore")
    assert (front.title, front.line("lang"), front.line("date"), front.was_published) == (
        "2024",
        "no",
        "2024-01-02",
        False,
    )
    assert body == "Text\n---\nmore"


def test_a_title_loses_entities_and_soft_hyphens_but_no_letters():
    front, _body = split("---\ntitle: 'Workshop&shy;tillfällen &amp; R&D'\n---\n")
    assert front.title == "Workshoptillfällen & R&D"


def test_a_text_without_title_or_with_a_very_long_one_is_not_taken_in():
    assert why(lambda: FrontMatter({}).title) == "it has no title"
    assert why(lambda: FrontMatter({"title": ["x"]}).title) == "it has no title"
    assert (
        why(lambda: FrontMatter({"title": "x" * 141}).title) == "its title has 141 characters and can have at most 140"
    )


def test_links_of_the_front_matter_are_kept_when_they_lead_to_the_web():
    front, _body = split(
        "---\nlinks:\n- title: Decidim\n  url: https://decidim.org\n- url: https://a.example\n"
        '- title: bad\n  url: javascript:alert(1)\n- only a line\n- url: "https://c.example/\\0 x"\n'
        "- title: [x]\n  url: {a: b}\n---\n"
    )
    assert front.links == [
        {"title": "Decidim", "url": "https://decidim.org"},
        {"title": "https://a.example", "url": "https://a.example"},
    ]


def test_themes_are_named_without_folder_and_ending():
    front, _body = split("---\ncategories:\n- _themes/medborgarbudget.md\n- Climate\ntags: Climate\n---\n")
    assert front.themes == ["medborgarbudget", "Climate"]


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2017-02-23 17:21:00 Z", datetime(2017, 2, 23, 17, 21, tzinfo=UTC)),
        ("2019-03-10 13:21:00", datetime(2019, 3, 10, 12, 21, tzinfo=UTC)),
        ("2022-03-21 13:17:07 +0100", datetime(2022, 3, 21, 12, 17, 7, tzinfo=UTC)),
        ("2020-05-27T14:10:53.000+02:00", datetime(2020, 5, 27, 12, 10, 53, tzinfo=UTC)),
        ("2024-04-15T22:00:00.000Z", datetime(2024, 4, 15, 22, tzinfo=UTC)),
        ("2024-4-5 9:05", datetime(2024, 4, 5, 7, 5, tzinfo=UTC)),
        ("2024-04-05", datetime(2024, 4, 5, 10, tzinfo=UTC)),
        ("", datetime(2020, 3, 25, 11, tzinfo=UTC)),
    ],
)
def test_a_date_is_the_moment_that_was_meant(written, moment):
    assert date_of(FrontMatter({"date": written}), "2020-03-25-open-source.md", STOCKHOLM) == moment


def test_without_any_date_there_is_none_and_a_wrong_one_is_named():
    assert date_of(FrontMatter({}), "about.md", STOCKHOLM) is None
    assert (
        why(date_of, FrontMatter({"date": "last spring"}), "a.md", STOCKHOLM) == "its date cannot be read: last spring"
    )
    assert why(date_of, FrontMatter({"date": "2024-02-31"}), "a.md", STOCKHOLM) == "its date does not exist: 2024-02-31"


def test_a_language_is_understood_by_its_code_and_by_its_name():
    names = ["sv", "sv-SE", "en_GB", "no", "nb-NO", "NN", "svenska", "Nederlands", "norsk bokmål"]
    assert [language_called(name) for name in names] == ["sv", "sv", "en", "nb", "nb", "nn", "sv", "nl", "nb"]
    assert why(language_called, "fi") == "its language is “fi”; a post can be in en, sv, nb, nn, nl"


def test_the_end_of_a_file_name_may_say_the_language():
    names = ["decidim-partner-en", "decidim-partner", "about.nl", "kvifor-no", "en"]
    assert [without_suffix(name) for name in names] == [
        ("decidim-partner", "en"), ("decidim-partner", ""), ("about", "nl"), ("kvifor", "nb"), ("en", ""),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("We meet on Thursday in the yard, and this is what we have to do for the house.", "en"),
        ("Vi träffas på torsdag på gården och det här är vad vi ska göra för huset, inte mer.", "sv"),
        ("Vi møtes på torsdag i gården, og dette er hva vi skal gjøre for huset. Jeg kommer ikke alene.", "nb"),
        ("Vi møtest på torsdag i tunet, og dette er kva vi skal gjere for huset. Eg kjem ikkje åleine.", "nn"),
        ("Wij komen donderdag bij elkaar op het plein, en dit is wat we voor het huis doen.", "nl"),
        ("Omastadi, Consul, Decidim.", ""),
    ],
)
def test_the_frequent_words_of_a_text_show_its_language(text, language):
    assert language_of_words(text, ("en", "sv", "nb", "nn", "nl")) == language


def test_only_languages_of_the_place_are_recognised():
    assert language_of_words("Dit is het huis van de buren, en wij zijn niet te laat.", ("en", "sv")) == ""


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("Text\n{: .lead}\n\nMore", "Text\n\nMore"),
        ("## Title {#here}\n\n*word*{: .x} and [a](https://a.example){:target=\"_blank\"}", "## Title\n\n*word* and [a](https://a.example)"),
        ("* TOC\n{:toc}\n\nText", "Text"),
        ("* {:.big} one\n* two", "* one\n* two"),
        ("{::options parse_block_html='true' /}\nText", "Text"),
        ("64 000\n: people live here\n\nNext", "**64 000**\\\npeople live here\n\nNext"),
        ("Term\n\n: first\n: second\n\nNext", "**Term**\\\nfirst\\\nsecond\n\nNext"),
        ("A line\n: ) no definition of a heading\n", "**A line**\\\n) no definition of a heading"),
        ("# Heading\n: text", "# Heading\n: text"),
        ("Yes[^1] and no[^b].\n\n[^b]: Not at all\n[^1]: See [here](https://a.example)\n",
         "Yes\\[1\\] and no\\[2\\].\n\n---\n\n\\[1\\] See [here](https://a.example)\n\n\\[2\\] Not at all"),
        ("one\\\\\ntwo", "one\\\ntwo"),
        ("\\\nText\\\nmore\\\n\nNext", "Text\\\nmore\n\nNext"),
        ("{% include share.html %}Text {{ page.title }}", "Text"),
        ("[a]({{ site.baseurl }}/b)", "a (/b)"),
        ("{% raw %}{{ braces }}{% endraw %} {% comment %}hidden{% endcomment %}seen", "{{ braces }} seen"),
        ("{% highlight ruby %}\nputs 1\n{% endhighlight %}", "```\nputs 1\n```"),
        ("A <!-- hidden\n[a](https://a.example) --> B", "A  B"),
        ("<p>One<br/>two</p>\n<br/><br/>\n\nThree", "One\\\ntwo\n\nThree"),
        ('<h2 class="x">Two\nlines</h2>', "## Two lines"),
        ("<ul>\n  <li><p>a</p></li>\n  <li>b<ol><li>c</li></ol></li>\n</ul>", "- a\n\n- b\n   1. c"),
        ('<a href="https://a.example/?x=1&amp;y=2"><b>bold </b>a</a>', "[**bold** a](https://a.example/?x=1&y=2)"),
        ('<iframe src="https://video.example/1" title="Film"></iframe>', "[Film](https://video.example/1)"),
        ("<script>alert(1)</script><style>p{}</style>Text", "Text"),
        ("`<b>` and `{: .x}` and\n\n```\n<p>[a](/b)\n{% if %}\n```", "`<b>` and `{: .x}` and\n\n```\n<p>[a](/b)\n\n```"),
        ("<https://a.example> <x@a.example>", "<https://a.example> <x@a.example>"),
    ],
)  # fmt: skip
def test_what_websites_add_to_markdown_becomes_markdown(source, expected):
    assert converted(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("[mail](david@a.example)", "[mail](mailto:david@a.example)"),
        ("[a](//a.example/b)", "[a](https://a.example/b)"),
        ("[a](/about) [b](#part) [c](javascript:x) [d](tel:+46)", "a (/about) b c (javascript:x) d (tel:+46)"),
        ("[a][one], [One][], [one]\n\n[one]: http://a.example 'T'", "[a](http://a.example), [One](http://a.example), [one](http://a.example)"),
        ("![](/uploads/a_b.jpg)", "\\[Image: a\\_b.jpg\\]"),
        ("![A *seat*](</uploads/x (2).png>)Words", "\\[Image: A *seat*\\]\\\nWords"),
        ("![](a.jpg)![](b.jpg)_Both_", "\\[Image: a.jpg\\] \\[Image: b.jpg\\]\\\n_Both_"),
        ("Words ![](a.jpg)more", "Words \\[Image: a.jpg\\] more"),
        ("[![](a.jpg)](https://a.example)", "[\\[Image: a.jpg\\]](https://a.example)"),
        ("![x](https://other.example/a.jpg)", "[\\[Image: x\\]](https://other.example/a.jpg)"),
        ('<figure><img src="/c/1.JPG" class="k"><figcaption>The yard</figcaption></figure>', "\\[Image: 1.JPG\\]\n\n*The yard*"),
        ("![](my picture.jpg)", "\\[Image: my picture.jpg\\]"),
    ],
)  # fmt: skip
def test_links_lead_somewhere_and_pictures_are_told(source, expected):
    assert converted(source) == expected


def test_with_the_address_of_the_website_links_lead_there():
    made = convert("[a](/about) ![x](/u/a.jpg) [b](next/)", language="en", site="https://a.example/news/one/")
    assert made.source == (
        "[a](https://a.example/about) [\\[Image: x\\]](https://a.example/u/a.jpg) [b](https://a.example/news/one/next/)"
    )
    assert (made.missing, made.linked, made.dead) == (1, 1, 0)


def test_pictures_that_come_along_stand_where_they_stood():
    made = convert(
        "One ![A \\[b\\]](/u/a.jpg)",
        language="en",
        picture="/u/top.jpg",
        pictures={"/u/a.jpg": "m1", "/u/top.jpg": "m2"},
    )
    assert made.source == "![](file:m2)\n\nOne ![A \\[b\\]](file:m1)"
    assert (made.wanted, made.missing) == ({"/u/a.jpg": "A [b]", "/u/top.jpg": ""}, 0)


def test_the_lead_stands_first_in_bold_unless_the_text_says_it():
    assert converted("Text", lead=["A *new* course & more"]) == "**A \\*new\\* course \\& more**\n\nText"
    assert (
        converted("A **new course**, at last. Text", lead=["A new course, at last"])
        == "A **new course**, at last. Text"
    )


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet=st.sampled_from(list("ab \n[]()<>!*_`:\\{}%^#-1.|/\"'=&;~ é\x02\x03")), max_size=120))
def test_no_text_breaks_the_conversion_or_leaves_marks_behind(body):
    source = converted(body)
    assert not set(source) & set("\x02\x03\x04\x05")
    assert "<script" not in render(source).html


def test_pairs_are_found_by_name_by_folder_and_by_ref():
    at = datetime(2024, 1, 1, tzinfo=UTC)
    sides = [
        Side("x-en.md", "en", at, ""), Side("x.md", "sv", None, ""), Side("alone.md", "sv", at, ""),
        Side("sv/y.md", "sv", at, ""), Side("nl/y.md", "nl", None, ""),
        Side("old.md", "nb", at, "r"), Side("new.md", "nn", None, "r"), Side("third-en.md", "en", at, "r"),
        Side("a.md", "sv", at, "same"), Side("b.md", "sv", at, "same"),
    ]  # fmt: skip
    assert [[side.name for side in group] for group in pairs_among(sides)] == [
        ["x.md", "x-en.md"],
        ["sv/y.md", "nl/y.md"],
        ["old.md", "new.md", "third-en.md"],
    ]


def written(path: Path, content: bytes = b"---\ntitle: T\n---\n") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def test_the_files_of_a_folder_are_listed_by_name_without_hidden_ones(tmp_path):
    for name in ("b.md", "a.MARKDOWN", "deep/c.md", ".hidden.md", ".git/d.md", "e.txt"):
        written(tmp_path / name)
    assert [file.name for file in markdown_files(tmp_path)] == ["a.MARKDOWN", "b.md", "deep/c.md"]


def test_a_name_is_one_form_of_unicode_and_safe_to_print(tmp_path):
    file = SourceFile(tmp_path, tmp_path / "tra\u0308ffar\x1b[2J.md")
    assert (file.name, file.shown) == ("träffar\x1b[2J.md", "träffar\\x1b[2J.md")


def test_files_that_are_not_safe_or_not_text_say_why(tmp_path):
    root, outside = tmp_path / "in", written(tmp_path / "secret.md")
    written(root / "latin.md", "---\ntitle: Å\n---\n".encode("latin-1"))
    written(root / "huge.md", b"x" * 1_000_001)
    (root / "out.md").symlink_to(outside)
    (root / "gone.md").symlink_to(root / "nothing.md")
    (root / "folder").symlink_to(tmp_path)
    os.mkfifo(root / "pipe.md")
    written(Path(os.fsdecode(os.fsencode(root) + b"/\xff.md")))
    reasons = {file.path.name: why(read, file) for file in markdown_files(root)}
    assert {name.encode(errors="replace"): reason for name, reason in reasons.items()} == {
        b"latin.md": "it is not UTF-8: line 2 has the byte 0xc5",
        b"huge.md": "it is larger than a megabyte; a post can have at most 50,000 characters",
        b"out.md": "it is a link that leads out of the folder",
        b"gone.md": "it cannot be found: a link that leads nowhere",
        b"folder": "it is a link that leads out of the folder",
        b"pipe.md": "it is not a regular file",
        b"?.md": "the name of the file is not UTF-8",
    }


def test_a_byte_order_mark_and_other_line_ends_do_no_harm(tmp_path):
    written(tmp_path / "a.md", b"\xef\xbb\xbf---\r\ntitle: T\r\n---\r\nText\r")
    assert read(SourceFile(tmp_path, tmp_path / "a.md")) == "---\ntitle: T\n---\nText\n"


def png(colour: str = "red") -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (30, 20), colour).save(content, "PNG")
    return content.getvalue()


def test_pictures_are_found_beside_the_text_in_its_folder_and_in_others(tmp_path):
    root, uploads = tmp_path / "posts", tmp_path / "site/uploads"
    file = SourceFile(root, written(root / "2024/a.md"))
    for path in (root / "2024/beside.png", root / "img/below.png", uploads / "in (1).png", uploads / "sub/deep.png"):
        written(path, png())
    wanted = ["beside.png", "/img/below.png", "/uploads/in%20(1).png", "/uploads/sub/deep.png", "/other/in (1).png"]
    assert [one.address for one in find_pictures(wanted, file, [uploads])] == wanted


def test_no_picture_is_taken_from_outside_or_from_another_host(tmp_path):
    root = tmp_path / "posts"
    file = SourceFile(root, written(root / "a.md"))
    written(tmp_path / "secret.png", png())
    (root / "link.png").symlink_to(tmp_path / "secret.png")
    wanted = ["../secret.png", "/../secret.png", "link.png", "..%2Fsecret.png", "https://a.example/a.md", "//a.example/a.md",
              "file:///etc/passwd", str(tmp_path / "secret.png"), "a\0.png"]  # fmt: skip
    assert find_pictures(wanted, file, []) == []


def test_a_file_that_is_no_picture_is_named_and_left_out(tmp_path):
    file = SourceFile(tmp_path, written(tmp_path / "a.md"))
    written(tmp_path / "ok.png", png())
    written(tmp_path / "no.png", b"<svg onload='alert(1)'>")
    marks, pictures, refused = encode_pictures(find_pictures(["ok.png", "no.png"], file, []))
    assert (list(marks), [picture.content_type for picture in pictures.values()]) == (["ok.png"], ["image/webp"])
    assert refused == ["no.png: This file is not an image that can be shown here. Choose a JPEG, PNG, WebP or GIF."]
