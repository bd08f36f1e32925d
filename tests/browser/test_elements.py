"""Elements in a real browser: what is written is read back, and what is gone says so."""

from __future__ import annotations

from tests.support.bench import Bench


def test_get_after_set_sees_what_was_set(bench: Bench) -> None:
    bench.place("<input id=a>")
    assert (
        bench.run("""
            a = element("#a")
            result = []
            for text in ("one", "two", "three"):
                a.value = text
                result.append(a.value)
        """)
        == "['one', 'two', 'three']"
    )


def test_browser_has_the_last_word_on_what_was_set(bench: Bench) -> None:
    bench.place("<input id=a type=number><p id=b>")
    assert bench.run("a = element('#a'); a.value = 'no number'; result = a.value") == "''"
    assert bench.run("a = element('#a'); a.value = 5; result = a.value") == "'5'"
    assert bench.run("b = element('#b'); b.prop('title', 7); result = b.prop('title')") == "'7'"


def test_what_the_user_types_is_read(bench: Bench) -> None:
    bench.place("<input id=a>")
    bench.page.fill("#a", "Zoë ☃ 𝄞")
    assert bench.run("result = element('#a').value") == repr("Zoë ☃ 𝄞")


def test_style_is_read_and_written(bench: Bench) -> None:
    bench.place("<p id=a style='margin-top: 123px'>")
    assert bench.run("a = element('#a'); result = a.style['marginTop']") == "'123px'"
    assert bench.run("a.style['marginTop'] = '456px'; result = a.style['marginTop']") == "'456px'"
    assert bench.run("a.style['margin-top'] = '7px'; result = a.style['marginTop']") == "'7px'"
    assert bench.page.eval_on_selector("#a", "a => getComputedStyle(a).marginTop") == "7px"


def test_custom_properties_of_a_style_are_read_and_written(bench: Bench) -> None:
    bench.place("<p id=a>")
    assert bench.run("a = element('#a'); a.style['--hue'] = '12'; result = a.style['--hue']") == "'12'"
    assert bench.page.eval_on_selector("#a", "a => getComputedStyle(a).getPropertyValue('--hue')") == "12"


def test_style_itself_cannot_be_assigned(bench: Bench) -> None:
    bench.place("<p id=a>")
    assert bench.error("element('#a').style = 'x'").startswith("AttributeError: style has many values")


def test_content_is_text_and_never_markup(bench: Bench) -> None:
    bench.place("<p id=a>")
    assert bench.run("a = element('#a'); a.content = '<b>&amp;</b>'; result = a.content") == "'<b>&amp;</b>'"
    assert bench.page.locator("#a b").count() == 0


def test_id_is_read_and_written(bench: Bench) -> None:
    bench.place("<p id=a>")
    assert bench.run("a = element('#a'); a.id = 'b'; result = (a.id, html.exists('#a'), html.exists('#b'))") == repr(
        ("b", False, True)
    )


def test_prop_sets_in_a_chain_and_gets(bench: Bench) -> None:
    bench.place("<p id=a>")
    assert bench.run("result = element('#a').prop('title', 't').prop('lang', 'fr').prop('lang')") == "'fr'"
    assert bench.page.get_attribute("#a", "title") == "t"


def test_new_elements_stand_before_after_and_inside(bench: Bench) -> None:
    bench.place("<p id=a><i></i></p>")
    bench.run("a = element('#a'); a.add_before('h1'); a.add_after('h2'); a.add_child('b').content = 'x'")
    assert bench.page.inner_html("#place") == '<h1></h1><p id="a"><i></i><b>x</b></p><h2></h2>'


def test_thing_that_is_no_tag_is_refused(bench: Bench) -> None:
    bench.place("<p id=a>")
    assert bench.error("element('#a').add_child('')").startswith("pycommunicate.errors.InvalidName")
    assert bench.error("element('#a').add_child('<b>').content").startswith("pycommunicate.errors.")


def test_missing_element_is_none(bench: Bench) -> None:
    assert bench.run("result = element('#nobody')") == "None"


def test_exists_tells_whether_an_element_is_there(bench: Bench) -> None:
    bench.place("<p class=a>")
    assert bench.run("result = (html.exists('p.a'), html.exists('p.b'))") == "(True, False)"


def test_same_node_is_the_same_wrapper(bench: Bench) -> None:
    bench.place("<p id=a class=b>")
    assert bench.run("a = element('#a'); result = a is element('.b')") == "True"


def test_text_that_is_no_selector_is_an_error(bench: Bench) -> None:
    for selector in ("p[", "", "..", "#1"):
        for use in ("element", "html.exists"):
            error = bench.error(f"{use}({selector!r})")
            assert error.startswith("pycommunicate.errors.InvalidSelector")
            assert repr(selector) in error


def test_deleted_element_raises_and_names_its_selector(bench: Bench) -> None:
    bench.place("<p id=a>")
    bench.run("a = element('#a'); a.delete()")
    assert bench.page.locator("#a").count() == 0
    for use in ("a.content", "a.content = 'x'", "a.add_child('p')", "a.detach()", "a.style['color']"):
        error = bench.error(use)
        assert error.startswith("pycommunicate.errors.StaleElement"), use
        assert "'#a'" in error, use


def test_children_of_a_deleted_element_are_gone_too(bench: Bench) -> None:
    bench.place("<div id=a><p id=b>")
    bench.run("b = element('#b'); c = b.add_child('i'); element('#a').delete()")
    assert "'#b'" in bench.error("b.content")
    error = bench.error("c.content")
    assert error.startswith("pycommunicate.errors.StaleElement")
    assert "i at '#b'" in error


def test_element_that_the_pages_script_removed_is_gone(bench: Bench) -> None:
    bench.place("<p id=a>")
    bench.run("a = element('#a')")
    bench.page.evaluate("document.querySelector('#a').remove()")
    error = bench.error("a.content")
    assert error.startswith("pycommunicate.errors.StaleElement")
    assert "'#a'" in error


def test_element_that_the_pages_script_replaced_is_gone(bench: Bench) -> None:
    bench.place("<p id=a>old</p>")
    bench.run("a = element('#a')")
    bench.place("<p id=a>new</p>")
    assert bench.error("a.content").startswith("pycommunicate.errors.StaleElement")
    assert bench.run("result = element('#a').content") == "'new'"


def test_wrapper_follows_its_node_that_the_pages_script_moves(bench: Bench) -> None:
    bench.place("<ul><li id=a>first</li><li>second</li></ul>")
    bench.run("a = element('li')")
    bench.page.evaluate("document.querySelector('ul').append(document.querySelector('#a'))")
    assert bench.run("a.content = 'still me'; result = a.id") == "'a'"
    assert bench.page.locator("li").all_inner_texts() == ["second", "still me"]


def test_element_is_moved_with_its_listeners(bench: Bench) -> None:
    bench.place("<div id=a><button id=b>B</button></div><div id=c></div>")
    bench.run("""
        b = element("#b")
        b.add_event_listener("click", lambda: log("clicked"))
        element("#c").add_child(b)
    """)
    bench.page.click("#c > #b")
    bench.expect_log("clicked")


def test_detached_element_comes_back_with_its_listeners(bench: Bench) -> None:
    bench.place("<button id=a>A</button><p id=b>")
    bench.run("a = element('#a'); a.add_event_listener('click', lambda: log('clicked')); a.detach()")
    assert bench.page.locator("#a").count() == 0
    bench.run("a.content = 'back'; element('#b').add_after(a)")
    bench.page.get_by_role("button", name="back").click()
    bench.expect_log("clicked")


VALUES = [
    "None",
    "True",
    "False",
    "0",
    "-1",
    "2**31",
    "2**53 - 1",
    "-(2**53) + 1",
    "2**53",
    "2**64 - 1",
    "-(2**63)",
    "2**200",
    "-(2**200)",
    "1.5",
    "-0.0",
    "1e300",
    "float('nan')",
    "float('inf')",
    "float('-inf')",
    "''",
    "'Zo\\u00eb \\u2603 \\U0001d11e \\x00'",
    "b''",
    "bytes(range(256)) * 300",
    "[]",
    "{}",
    "[1, [2, [3, {'a': [None, True]}]]]",
    "{'__proto__': 1, 'constructor': 2, 'a': {'b': {'c': 'd'}}}",
    "datetime.datetime(2024, 2, 29, 12, 30, 15, 250000, datetime.timezone.utc)",
    "datetime.datetime(1901, 1, 1, tzinfo=datetime.timezone.utc)",
    "datetime.datetime(9999, 12, 31, tzinfo=datetime.timezone.utc)",
]


def test_values_come_back_as_they_went(bench: Bench) -> None:
    bench.place("<p id=a>")
    assert (
        bench.run(f"""
            import datetime
            a = element("#a")
            result = []
            for value in [{", ".join(VALUES)}]:
                a.set_property("foo", value)
                back = a.get_property("foo")
                if repr(back) != repr(value):
                    result.append((value, back))
        """)
        == "[]"
    )


def test_deepest_value_comes_back_and_a_deeper_one_is_refused(bench: Bench) -> None:
    bench.place("<p id=a>")
    bench.run("""
        def nested(levels):
            return [nested(levels - 1)] if levels else "bottom"
    """)
    assert bench.run("a = element('#a'); a.prop('foo', nested(32)); result = a.prop('foo') == nested(32)") == "True"
    assert bench.error("a.prop('foo', nested(33))").startswith("pycommunicate.errors.UnsupportedValue")
    bench.page.evaluate("const a = document.querySelector('#a'); a.foo = [a.foo]")
    assert "nested too deep" in bench.error("a.prop('foo')")


VALUES_OF_SCRIPT = [
    ("undefined", None),
    ("-0", -0.0),
    ("1.0", 1),
    ("12345678901234567890n", 12345678901234567890),
    ("5n", 5),
    ("'a\\ud800b'", "a\ufffdb"),
    ("new Uint8Array([1, 2])", b"\x01\x02"),
    ("new Uint16Array([1]).buffer", b"\x01\x00"),
    ("new Set([1, 'a'])", [1, "a"]),
    ("new Map([['a', [1]]])", {"a": [1]}),
    ("Object.create(null)", {}),
    ("document.querySelector('#a').dataset", {"dishName": "soup"}),
    ("document.querySelector('#a').classList", ["b", "c"]),
]


def test_values_of_the_pages_script_are_read(bench: Bench) -> None:
    bench.place("<p id=a class='b c' data-dish-name=soup>")
    for script, value in VALUES_OF_SCRIPT:
        bench.page.evaluate(f"document.querySelector('#a').foo = {script}")
        assert bench.run("result = element('#a').get_property('foo')") == repr(value), script


def test_lone_surrogate_is_replaced_on_its_way_to_the_browser(bench: Bench) -> None:
    bench.place("<p id=a>")
    assert bench.run("a = element('#a'); a.set_property('foo', 'a\\ud800b'); result = a.get_property('foo')") == repr(
        "a\ufffdb"
    )


def test_elements_are_values(bench: Bench) -> None:
    bench.place("<p id=a><i id=b></i><b></b></p>")
    assert (
        bench.run("""
            a, b = element("#a"), element("#b")
            a.set_property("foo", {"it": [b]})
            back = a.get_property("foo")["it"][0]
            result = back is b, a.get_property("firstChild") is b, len(a.get_property("childNodes"))
        """)
        == "(True, True, 2)"
    )
    assert bench.page.evaluate("document.querySelector('#a').foo.it[0] === document.querySelector('#b')")


def test_element_among_children_is_used_as_any_other(bench: Bench) -> None:
    bench.place("<ul id=a><li>x</li><li>y</li></ul>")
    bench.run("element('#a').get_property('children')[1].content = 'z'")
    assert bench.page.locator("li").all_inner_texts() == ["x", "z"]


def test_value_of_the_browser_that_cannot_travel_names_its_path(bench: Bench) -> None:
    bench.place("<p id=a>")
    for script, path in (
        ("() => 1", "value: a function"),
        ("({a: [1, {b: () => 1}]})", "value.a[1].b: a function"),
        ("window", "value"),
        ("Symbol('s')", "value: a symbol"),
        ("(() => { const o = {}; o.o = [o]; return o })()", "value.o[0]: a cycle"),
        ("new Date(NaN)", "value: a date out of range"),
    ):
        bench.page.evaluate(f"document.querySelector('#a').foo = {script}")
        error = bench.error("element('#a').get_property('foo')")
        assert error.startswith("pycommunicate.errors.UnsupportedValue"), script
        assert path in error
        assert "'foo' of '#a'" in error
    assert bench.run("result = 1") == "1"


def test_value_of_python_that_cannot_travel_names_its_path(bench: Bench) -> None:
    bench.place("<p id=a>")
    error = bench.error("element('#a').set_property('foo', {'a': [1, object]})")
    assert error.startswith("pycommunicate.errors.UnsupportedValue")
    assert "value['a'][1]" in error


def test_getter_that_throws_is_a_jserror_with_its_text(bench: Bench) -> None:
    bench.place("<p id=a>")
    bench.page.evaluate(
        "Object.defineProperty(document.querySelector('#a'), 'foo', {get() { throw new TypeError('no soup') }})"
    )
    error = bench.error("element('#a').get_property('foo')")
    assert error.startswith("pycommunicate.errors.JSError")
    assert "TypeError: no soup" in error


def test_value_over_the_limit_is_an_error_and_the_page_lives(bench: Bench) -> None:
    bench.place("<p id=a>")
    bench.page.evaluate("document.querySelector('#a').foo = 'x'.repeat(2_000_000)")
    assert bench.error("element('#a').get_property('foo')").startswith("pycommunicate.errors.ValueTooLarge")
    assert bench.run("result = element('#a').id") == "'a'"


def test_large_value_within_the_limit_arrives_whole(bench: Bench) -> None:
    bench.place("<p id=a>")
    bench.page.evaluate("document.querySelector('#a').foo = 'xy'.repeat(500_000)")
    assert bench.run("result = element('#a').get_property('foo') == 'xy' * 500_000") == "True"
    assert bench.run("a = element('#a'); a.set_property('foo', 'z' * 3_000_000)") == "None"
    assert bench.page.evaluate("document.querySelector('#a').foo.length") == 3_000_000


def test_ten_thousand_elements_are_made_in_order(bench: Bench) -> None:
    bench.place("<ol id=a>")
    bench.run("""
        a = element("#a")
        for i in range(10_000):
            a.add_child("li").content = str(i)
    """)
    assert bench.page.evaluate("[...document.querySelectorAll('li')].every((li, i) => li.textContent === `${i}`)")
    assert bench.page.locator("li").count() == 10_000
