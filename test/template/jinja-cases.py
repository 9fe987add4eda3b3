"""Asks Jinja itself what these templates make: python3 jinja-cases.py > jinja-cases.json

Cases where Bobbin differs on purpose (true for True, JSON for Python's repr, 2 for 2.0) are not here
but in render-template.test.ts.
"""

import json

import jinja2

NAMES = {
    "INPUT": {
        "name": "Ada",
        "n": 7,
        "pi": 3.14159,
        "empty": "",
        "none": None,
        "yes": True,
        "no": False,
        "list": [3, 1, 2],
        "words": ["pear", "Apple", "fig", "apple"],
        "text": "  The quick brown fox\njumps over\n\nthe lazy dog  ",
        "html": "<p>Tom &amp; \"Jerry\" <b>it's</b></p>",
        "people": [
            {"name": "Zoe", "age": 30, "city": "Rome"},
            {"name": "bob", "age": 25, "city": "Oslo"},
            {"name": "Amy", "age": 41, "city": "Rome"},
        ],
        "dict": {"b": 2, "a": 1, "C": 3},
        "matrix": [[1, 2], [3, 4]],
    }
}

TEMPLATES = """
{{ INPUT.name }}
Hello {{ INPUT.name }}!
{{ INPUT['name'] }}|{{ INPUT["list"][0] }}|{{ INPUT.list[-1] }}|{{ INPUT.people[0].name }}|{{ INPUT.list.0 }}
{{ 1 + 2 * 3 }}|{{ (1 + 2) * 3 }}|{{ 7 // 2 }}|{{ -7 // 2 }}|{{ 7 % 3 }}|{{ -7 % 3 }}|{{ 2 ** 10 }}|{{ 10 - 2 - 3 }}
{{ -2 ** 2 }}|{{ 2 * -3 }}|{{ - 5 + 3 }}|{{ +4 }}
{{ 'a' ~ 1 ~ 'b' }}|{{ 'a' + 'b' }}|{{ 'ab' * 3 }}|{{ 1 ~ 2 + 3 ~ 4 }}
{% if INPUT.n > 5 and INPUT.n < 10 %}between{% endif %}
{% if 1 < 2 < 3 %}chain{% endif %}{% if not 1 > 2 %} not{% endif %}{% if not not true %} twice{% endif %}
{% if 1 == 1.0 %}eq{% endif %}{% if 'a' != 'b' %} ne{% endif %}{% if 'x' in 'xyz' %} in{% endif %}{% if 4 not in [1,2] %} notin{% endif %}{% if 'a' in INPUT.dict %} key{% endif %}
{{ INPUT.empty or 'fallback' }}|{{ INPUT.name and 'yes' }}|{{ (INPUT.list or 'x' and 'y') | length }}
{{ 'yes' if INPUT.yes else 'no' }}|{{ 'yes' if INPUT.no else 'no' }}|{{ 'a' if false else 'b' if false else 'c' }}
{% if INPUT.none is none %}none{% endif %}{% if INPUT.nope is undefined %} undef{% endif %}{% if INPUT.name is defined %} def{% endif %}{% if INPUT.name is not none %} not{% endif %}
{% if 3 is odd %}odd{% endif %}{% if 4 is even %} even{% endif %}{% if 9 is divisibleby 3 %} div{% endif %}{% if 9 is divisibleby(2) %} no{% endif %}
{% if INPUT.list is sequence %}seq{% endif %}{% if INPUT.dict is mapping %} map{% endif %}{% if 'a' is string %} str{% endif %}{% if 1 is number %} num{% endif %}{% if 1 is integer %} int{% endif %}{% if 1.5 is float %} float{% endif %}{% if true is boolean %} bool{% endif %}{% if INPUT.list is iterable %} iter{% endif %}
{% if 'abc' is lower %}lower{% endif %}{% if 'ABC' is upper %} upper{% endif %}{% if 1 is eq 1 %} eq{% endif %}{% if 2 is gt 1 %} gt{% endif %}{% if 1 is in [1] %} in{% endif %}{% if 1 is le(1) %} le{% endif %}
{% if INPUT.yes is true %}T{% endif %}{% if INPUT.no is false %}F{% endif %}{% if INPUT.n is true %}N{% endif %}
{% for x in INPUT.list %}{{ x }},{% endfor %}
{% for x in INPUT.list %}{{ loop.index }}{{ loop.index0 }}{{ loop.revindex }}{{ loop.revindex0 }}{{ loop.length }}{% if loop.first %}F{% endif %}{% if loop.last %}L{% endif %} {% endfor %}
{% for x in [] %}x{% else %}nothing{% endfor %}|{% for x in [1] %}x{% else %}nothing{% endfor %}
{% for x in INPUT.list if x > 1 %}{{ loop.index }}:{{ x }} {% else %}none{% endfor %}|{% for x in INPUT.list if x > 9 %}x{% else %}none{% endfor %}
{% for k, v in INPUT.dict.items() %}{{ k }}={{ v }};{% endfor %}{% for k in INPUT.dict %}{{ k }}{% endfor %}
{% for a, b in INPUT.matrix %}{{ a }}-{{ b }} {% endfor %}
{% for row in INPUT.matrix %}{% for x in row %}{{ x }}{% if not loop.last %},{% endif %}{% endfor %};{% endfor %}
{% for x in INPUT.list %}{{ loop.cycle('odd', 'even') }} {% endfor %}
{% for x in INPUT.list %}{{ loop.previtem if loop.previtem is defined else '-' }}<{{ x }}>{{ loop.nextitem if loop.nextitem is defined else '-' }} {% endfor %}
{% for c in 'añ🧵' %}[{{ c }}]{% endfor %}
{% for i in range(3) %}{{ i }}{% endfor %}|{% for i in range(1, 4) %}{{ i }}{% endfor %}|{% for i in range(5, 0, -2) %}{{ i }}{% endfor %}
{% for x in INPUT.list %}{% if x == 1 %}{% continue %}{% endif %}{{ x }}{% endfor %}|{% for x in INPUT.list %}{% if x == 1 %}{% break %}{% endif %}{{ x }}{% endfor %}
{% if INPUT.n > 10 %}big{% elif INPUT.n > 5 %}medium{% else %}small{% endif %}|{% if false %}a{% elif false %}b{% endif %}|{% if [] %}x{% else %}empty{% endif %}{% if {} %}x{% else %}empty{% endif %}{% if 0 %}x{% else %}zero{% endif %}
{% set x = 5 %}{{ x }}{% set x = x + 1 %}{{ x }}|{% set a, b = [1, 2] %}{{ a }}{{ b }}
{% set x = 1 %}{% for i in [1, 2] %}{% set x = i + 10 %}{{ x }} {% endfor %}{{ x }}
{% set ns = namespace(total=0) %}{% for x in INPUT.list %}{% set ns.total = ns.total + x %}{% endfor %}{{ ns.total }}
{% set body %}Hi {{ INPUT.name }}{% endset %}<{{ body }}>|{% set up | upper %}abc{% endset %}{{ up }}
{% if true %}{% set y = 1 %}{% endif %}{{ y }}
{% filter upper %}abc {{ INPUT.name }}{% endfilter %}|{% filter replace('a', 'b') | upper %}banana{% endfilter %}
a {# comment {{ INPUT.nope }} #} b|{#- trimmed -#}  c
{% raw %}{{ not.rendered }} {% if %}{% endraw %}|{%- raw -%}  x  {%- endraw -%}  y
a  {{- ' b ' -}}  c|a {%- if true -%}  x  {%- endif -%}  d
{% for x in INPUT.list -%}   {{ x }}   {%- endfor %}
line one\\n  {% if true %}\\n  two\\n  {% endif %}\\nthree\\n
line one\\n  {%- if true +%}\\n  two\\n  {%- endif %}\\nthree\\n\\n
{{ '{{' }} and {{ '}}' }} and {{ "%}" }}
{{ {'a': {'b': 1}}.a.b }}|{{ {'a': {'b': {}}}['a']['b'] | length }}
{{ "esc \\\\" \\\\\\\\" }}|{{ 'it\\\\'s' }}
{{ INPUT.name | upper }}|{{ INPUT.name | lower }}|{{ 'foo bar' | title }}|{{ "it's o'neil-smith" | title }}|{{ 'fOO BAR' | capitalize }}
{{ INPUT.text | trim }}|{{ 'xxaxx' | trim('x') }}|{{ INPUT.text | wordcount }}
{{ INPUT.text | trim | truncate(12) }}|{{ 'short' | truncate(10) }}|{{ 'foo bar baz qux' | truncate(9) }}|{{ 'foo bar baz qux' | truncate(9, true) }}|{{ 'foo bar baz qux' | truncate(11) }}|{{ 'foo bar baz qux' | truncate(11, false, '…', 0) }}
{{ 'a\\nb\\n\\nc' | indent }}|{{ 'a\\nb' | indent(2, true) }}|{{ 'a\\n\\nb' | indent(2, first=true, blank=true) }}|{{ 'a\\nb' | indent('> ') }}
{{ 'banana' | replace('a', 'o') }}|{{ 'banana' | replace('a', 'o', 2) }}|{{ 'aaa' | replace('aa', 'b') }}
{{ 'abc' | center(9) }}|{{ 'abcd' | center(9) }}|{{ 'abc' | center(2) }}
{{ INPUT.html | striptags }}|{{ INPUT.html | escape }}|{{ 'a<!-- x <b> --> c' | striptags }}
{{ 'a b/c?d=é&f' | urlencode }}
{{ INPUT.list | length }}|{{ INPUT.name | length }}|{{ INPUT.dict | count }}|{{ INPUT.list | first }}|{{ INPUT.list | last }}|{{ INPUT.name | first }}
{{ INPUT.list | join(', ') }}|{{ INPUT.list | join }}|{{ INPUT.people | join('+', attribute='name') }}
{{ INPUT.list | sort | join }}|{{ INPUT.list | sort(reverse=true) | join }}|{{ INPUT.words | sort | join(' ') }}|{{ INPUT.words | sort(case_sensitive=true) | join(' ') }}
{{ INPUT.people | sort(attribute='age') | map(attribute='name') | join(',') }}|{{ INPUT.people | sort(attribute='name') | map(attribute='name') | join(',') }}
{{ INPUT.list | sum }}|{{ INPUT.people | sum(attribute='age') }}|{{ INPUT.list | sum(start=10) }}|{{ INPUT.list | min }}|{{ INPUT.list | max }}|{{ (INPUT.people | max(attribute='age')).name }}|{{ INPUT.words | max }}
{{ INPUT.list | reverse | join }}|{{ 'abc' | reverse }}|{{ 'abc' | list | join('-') }}
{{ INPUT.words | unique | join(' ') }}|{{ [1, 1, 2] | unique | join }}|{{ INPUT.people | unique(attribute='city') | map(attribute='name') | join(',') }}
{{ INPUT.words | map('upper') | join(' ') }}|{{ INPUT.list | map('string') | join('/') }}|{{ INPUT.people | map(attribute='zip', default='?') | join }}|{{ ['a-b', 'c-d'] | map('replace', '-', '+') | join }}
{{ [1, 2, 3, 4] | select('odd') | join }}|{{ [1, 2, 3, 4] | reject('odd') | join }}|{{ [0, 1, '', 'a'] | select | join(',') }}|{{ [1, 2, 3] | select('gt', 1) | join }}
{{ INPUT.people | selectattr('city', 'eq', 'Rome') | map(attribute='name') | join(',') }}|{{ INPUT.people | rejectattr('city', 'eq', 'Rome') | map(attribute='name') | join(',') }}|{{ INPUT.people | selectattr('age') | list | length }}
{% for row in [1, 2, 3, 4, 5] | batch(2) %}{{ row | join }};{% endfor %}{% for row in [1, 2, 3] | batch(2, 0) %}{{ row | join }};{% endfor %}
{% for city, people in INPUT.people | groupby('city') %}{{ city }}:{{ people | map(attribute='name') | join('+') }} {% endfor %}
{% for k, v in INPUT.dict | dictsort %}{{ k }}{{ v }}{% endfor %}|{% for k, v in INPUT.dict | dictsort(true) %}{{ k }}{{ v }}{% endfor %}|{% for k, v in INPUT.dict | dictsort(by='value', reverse=true) %}{{ k }}{{ v }}{% endfor %}
{% for k, v in INPUT.dict | items %}{{ k }}{{ v }}{% endfor %}
{{ 3.7 | int }}|{{ '42' | int }}|{{ 'x' | int }}|{{ 'x' | int(5) }}|{{ '3.5' | float }}|{{ -3 | abs }}|{{ (-3) | abs }}
{{ 2.5 | round | int }}|{{ 3.5 | round | int }}|{{ 3.14159 | round(2) }}|{{ 3.1 | round(0, 'ceil') | int }}|{{ 3.9 | round(method='floor') | int }}|{{ 1250 | round(-2) | int }}
{{ INPUT.nope | default('d') }}|{{ nope | default('d') }}|{{ INPUT.empty | default('d') }}|{{ INPUT.empty | default('d', true) }}|{{ nope | d('x') | upper }}
{{ INPUT.dict.get('a') }}|{{ INPUT.dict.get('zz', 'none') }}|{{ INPUT.dict.keys() | join }}|{{ INPUT.dict.values() | join }}
{{ 'a,b,,c'.split(',') | join('|') }}|{{ ' a  b '.split() | join('|') }}|{{ 'a,b,c'.split(',', 1) | join('|') }}|{{ ' a b c '.split(None, 1) | join('|') }}
{{ 'abc'.upper() }}|{{ 'ABC'.lower() }}|{{ ' x '.strip() }}|{{ ' x '.lstrip() }}|{{ ' x '.rstrip() }}|{{ 'xax'.strip('x') }}|{{ 'foo bar'.title() }}|{{ "it's".title() }}|{{ 'abc'.capitalize() }}
{{ 'abc'.replace('b', 'x') }}|{{ 'aaa'.replace('a', 'b', 2) }}|{{ 'abc'.find('c') }}|{{ 'abc'.find('z') }}|{{ ', '.join(['a', 'b']) }}|{% if 'abc'.startswith('ab') %}s{% endif %}{% if 'abc'.endswith('bc') %}e{% endif %}
{{ 'hello'[1:3] }}|{{ 'hello'[:2] }}|{{ 'hello'[-2:] }}|{{ 'hello'[::-1] }}|{{ 'hello'[::2] }}|{{ 'hello'[4:1:-1] }}|{{ INPUT.list[1:] | join }}|{{ INPUT.list[:-1] | join }}|{{ 'hello'[-100:100] }}|{{ 'hello'[3:1] }}|{{ 'hello'[-1:-4:-2] }}
{{ (1, 2, 3) | sum }}|{{ (5) }}|{{ () | length }}|{{ [1, 2,] | length }}|{{ {'a': 1,} | length }}
{{ dict(a=1, b='x').b }}
{{ INPUT.name|upper|lower|title }}|{{ -1|abs }}|{{ 2 + 3|string|length }}
{{ 'x' if 'a' in ['a'] and not false else 'y' }}
{{ ([1] + [2]) | length }}|{{ 1 if 'd' in 'abc' ~ 'd' else 0 }}
{{ 1 if true }}|{{ 10 / 4 }}|{{ 1.5 * 2.5 }}|{{ 1e3 | int }}
{{ INPUT.people | map(attribute='name') | map('lower') | sort | first }}
{{ INPUT.matrix | map('sum') | join(',') }}|{{ INPUT.matrix | sum(start=[]) | length if false else 'x' }}
{{ 'ß'.upper() }}|{{ 'ÉCOLE' | lower }}|{{ '日本語' | length }}|{{ '日本語'[1] }}
""".strip("\n").split("\n")

BROKEN = """
{{ INPUT.nope }}
{{ nope }}
{{ nope.deep.er }}
{% for x in nope %}{% endfor %}
{% if INPUT.nope %}x{% endif %}
{{ INPUT.nope | upper }}
{{ INPUT.list[9] }}
{{ INPUT.none.x }}
{{ 1 + 'a' }}
{{ 1 / 0 }}
{{ [] < 1 }}
{{ INPUT.name.nosuch() }}
{{ 'a' | nosuch }}
{{ 1 is nosuch }}
{{ 1 + }}
{{ 1 2 }}
{{ (1 }}
{% if true %}
{% endif %}
{% for x in %}{% endfor %}
{% nosuch %}
{{ 'open }}
{% set 1 = 2 %}
{% for x in [1] %}{% endif %}
{{ a b }}
{# open
{% raw %} open
{% if x %}{% else %}{% else %}{% endif %}
{% for a, b in [[1]] %}{% endfor %}
{{ 'a' % }}
{{ {'a' 1} }}
{{ [1 2] }}
{{ range() }}
{{ 'a' | replace('a') }}
{{ | upper }}
{{ }}
""".strip("\n").split("\n")

environment = jinja2.Environment(
    undefined=jinja2.StrictUndefined,
    keep_trailing_newline=True,
    extensions=["jinja2.ext.loopcontrols"],
)


def ask(template):
    text = template.replace("\\n", "\n").replace("\\\\", "\\")
    try:
        return {"template": text, "text": environment.from_string(text).render(NAMES)}
    except Exception as error:  # what kind of error does not matter here: Bobbin must refuse it too
        return {"template": text, "error": type(error).__name__}


if __name__ == "__main__":
    cases = [ask(template) for template in TEMPLATES + BROKEN]
    document = {"jinja": jinja2.__version__, "names": NAMES, "cases": cases}
    print(json.dumps(document, indent=1, ensure_ascii=False))
