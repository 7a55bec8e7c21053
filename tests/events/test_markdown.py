"""Descriptions on pages and in feeds, and what people with other intentions would write into them."""

import re

import pytest

from events.markdown import SCHEMES, TAGS, html, plain

GIG = """# Abendlieder
Erst *leise*, dann **laut**.
Zweite Zeile.

- Gitarre
- Handy

[Mehr dazu](https://example.org/lieder?a=1&b=2), [schreiben](mailto:jorinde@example.org)"""

ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<iframe src=javascript:alert(1)>",
    "<a href='javascript:alert(1)'>x</a>",
    "<p style='background:url(//evil.example)'>x</p>",
    "<!-- --!><script>alert(1)</script>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\nscript:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](&#x6A;avascript&colon;alert(1))",
    "[x](\x01javascript:alert(1))",
    "[x](vbscript:msgbox)",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](//evil.example)",
    "[x](/abmelden)",
    "[x](https://a\" onmouseover=\"alert(1))",
    "[x](https://example.org 'title\" onclick=\"alert(1)')",
    "[x]: javascript:alert(1)\n[x]",
    "<javascript:alert(1)>",
    "<https://example.org/\"onmouseover=alert(1)>",
    "![x](https://evil.example/pixel.gif)",
    "![x](x\" onerror=\"alert(1))",
    "```html\n<script>alert(1)</script>\n```",
    "    <script>alert(1)</script>",
    "`<script>alert(1)</script>`",
    "[<img src=x onerror=alert(1)>](https://example.org)",
    "**<b onclick=alert(1)>x</b>**",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "\u202e\u2066<script>\u2069alert(1)",
    "> " * 500 + "x",
    "*" * 4000,
    "[" * 4000,
    "![[[[" * 900,
    "\0<script>alert(1)</script>",
]  # fmt: skip


def test_a_description_becomes_a_page():
    assert html(GIG) == (
        "<h3>Abendlieder</h3>\n"
        "<p>Erst <em>leise</em>, dann <strong>laut</strong>.<br>\nZweite Zeile.</p>\n"
        "<ul>\n<li>Gitarre</li>\n<li>Handy</li>\n</ul>\n"
        '<p><a href="https://example.org/lieder?a=1&amp;b=2" rel="nofollow noopener">Mehr dazu</a>, '
        '<a href="mailto:jorinde@example.org" rel="nofollow noopener">schreiben</a></p>\n'
    )


def test_feeds_get_the_words_alone():
    assert plain(GIG) == (
        "Abendlieder\n\nErst leise, dann laut.\nZweite Zeile.\n– Gitarre\n– Handy\n\n"
        "Mehr dazu (https://example.org/lieder?a=1&b=2), schreiben (jorinde@example.org)"
    )


def test_what_was_written_before_there_was_markdown_reads_as_before():
    assert html("Allein am Wasser, 5 < 7 & mehr.") == "<p>Allein am Wasser, 5 &lt; 7 &amp; mehr.</p>\n"


@pytest.mark.parametrize("attack", ATTACKS, ids=range(len(ATTACKS)))
def test_an_attacker_gets_nothing_but_words(attack):
    made = html(attack)
    found = re.findall(r"<\s*/?\s*([a-zA-Z][^\s/>]*)([^>]*)>", made)
    assert {tag for tag, _rest in found} <= TAGS
    attributes = {name for _tag, rest in found for name in re.findall(r"([a-zA-Z-]+)\s*=", rest)}
    targets = re.findall(r'href="([^"]*)"', made)
    assert {target.partition(":")[0].lower() for target in targets} <= SCHEMES
    # An address may hold an equals sign; outside of it there is nothing but href and rel.
    bare = [re.sub(r'"[^"]*"', '""', rest) for _tag, rest in found]
    assert attributes == set() or all(
        set(re.findall(r"([a-zA-Z-]+)\s*=", rest)) <= {"href", "rel", "start"} for rest in bare
    )
    assert "<" not in re.sub(r"<[^>]*>", "", made)
