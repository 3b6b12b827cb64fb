"""What the front ends share, without a browser: numbers.js, drawing.js, and how modules are linked and asked."""

import io
import json
import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import numpy as np
import pytest
import quickjs
from matplotlib.image import imread

from lstm_notes.explorers import _scene
from lstm_notes.explorers._explorer import packed
from lstm_notes.explorers._scene import Scene, ask, front_end, linked, module
from lstm_notes.pictures.palette import FAINT, INK, LOOK
from lstm_notes.pictures.svg import format_number, subscript

FRONTS = [path.name for path in sorted(_scene.FOLDER.glob("*.js")) if "export default" in path.read_text("utf-8")]


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def js(function, *calls):
    """What a JavaScript function says of each of `calls`, lists of arguments; it sees what both files export."""
    engine = quickjs.Context()
    engine.eval("const modules = {};" + module("numbers.js") + module("axes.js") + module("drawing.js"))
    engine.eval("Object.assign(globalThis, ...Object.values(modules));")
    given = json.dumps(calls)  # as it stands in code, with NaN and Infinity
    return json.loads(engine.eval(f"JSON.stringify({given}.map((call) => ({function})(...call)))"))


# -- numbers.js


def test_numbers_are_written_as_python_writes_them(rng):
    halves = rng.integers(-20_000, 20_000, 2000) / 2.0 ** rng.integers(1, 7, 2000)
    edges = (1.005, 99999.5, 1e5, -1e5, 125000, 1e21, 1.25e22, 1.7e308, 0.0, -0.0, -0.004, -0.5, 5e-324)
    values = [*rng.normal(size=2000) * 10.0 ** rng.uniform(-8, 12, 2000), *halves, *halves * 1e5, *edges]
    calls = [(float(value), int(digits)) for value in values for digits in rng.integers(0, 7, 2)]
    assert js("formatNumber", *calls) == [format_number(*call) for call in calls]
    assert js("formatNumber", [0.125], [-0.375]) == ["0.12", "−0.38"]


def test_words_are_broken_between_words():
    words = ["Do not", "believe", "extraordinarily", "good ones"]
    assert js("wrapped", [" ".join(words), 9]) == [words]


def test_subscripts_are_pythons(rng):
    wholes = [*range(120), *rng.integers(0, 10**9, 100).tolist()]
    assert js("subscript", *zip(wholes)) == list(map(subscript, wholes))


NICE = [float(f"{step}e{power}") for power in range(-12, 9) for step in (1, 2, 5)]


def test_the_nice_limit_is_the_next_of_one_two_and_five(rng):
    sizes = [0.0, *NICE[12:-6], *10.0 ** rng.uniform(-9, 7, 500)]
    calls = [(float(size), least) for size in sizes for least in (1.0, 1e-6, 0.3)]
    expected = [next(nice for nice in NICE if nice >= max(call) * (1 - 1e-9)) for call in calls]
    np.testing.assert_allclose(js("niceLimit", *calls), expected, rtol=1e-12)
    assert js("niceLimit", [0.2], [3]) == [1, 5]


def test_axis_limits_are_two_round_steps_around_the_values(rng):
    calls = [(rng.normal(size=5) * 10.0 ** rng.integers(-3, 5) + 10.0 ** rng.integers(-3, 5)) for _ in range(500)]
    for values, (low, high) in zip(calls, js("axisLimits", *((values.tolist(), 1e-3) for values in calls))):
        step = (high - low) / 2
        assert low <= values.min() and values.max() <= high + 1e-9 * step
        nice = min(NICE, key=lambda each: abs(step / each - 1))
        assert abs(step / nice - 1) < 1e-6 and nice >= 1e-3 and abs(low / nice - round(low / nice)) < 1e-6
        smaller = max((nice for nice in NICE if 1e-3 <= nice < step * (1 - 1e-9)), default=None)
        if smaller and smaller >= np.ptp(values) / 2:  # would not have held them
            assert np.floor(values.min() / smaller) * smaller + 2 * smaller < values.max()


def test_round_levels_are_few_equal_and_around_the_values(rng):
    calls = [
        ((rng.normal(size=3) * 10.0 ** rng.integers(-6, 7) + rng.normal()).tolist(), int(most), 1e-6)
        for _ in range(200)
        for most in rng.integers(4, 12, 2)
    ]
    calls += [([7.0, 7.0], 5, 1e-6), ([0.0], 4, 1e-6), ([0.0, 10.0], 10, 1e-6)]
    for (values, most, _), levels in zip(calls, js("roundLevels", *calls)):
        assert levels[0] <= min(values) and max(values) <= levels[-1] and 2 <= len(levels) <= most
        np.testing.assert_allclose(np.diff(levels), levels[1] - levels[0], rtol=1e-5)
        digits = f"{levels[1] - levels[0]:.3e}".split("e")[0]
        assert digits in ("1.000", "2.000", "2.500", "5.000")
        assert len(levels) == 2 or len(levels) > most / 3.6  # not fewer than there need be
    assert js("roundLevels", [[-1.6, 35.6], 6, 1])[0] == [-10, 0, 10, 20, 30, 40]


def test_long_lists_are_shortened_in_the_middle():
    for count in range(12):
        texts = [str(k) for k in range(count)]
        for most, short in enumerate(js("shortened", *((texts, most) for most in range(1, 12))), 1):
            assert short == (texts if count <= most else [*texts[: most // 2], "…", *texts[count - most // 2 :]])


def test_clamp_keeps_inside(rng):
    ends = np.sort(rng.normal(size=(200, 2)))
    calls = [[value, *pair] for pair in ends.tolist() for value in (*rng.normal(size=3), -np.inf, np.inf)]
    assert js("clamp", *calls) == [np.clip(*call) for call in calls]


def test_floats_are_read_from_any_view():
    """A DataView need not begin at a multiple of four bytes, and its buffer may be longer."""
    values = np.array([0.1, -0.0, np.nan, np.inf, -np.inf, 1e-45, 3.4e38], "float32")
    code = """(bytes, before) => {
        const { buffer } = new Uint8Array([...Array(before).fill(255), ...bytes, 255]);
        const views = [new DataView(buffer, before, bytes.length), new Uint8Array(bytes).buffer];
        return views.map((view) => Array.from(floats(view), String));
    }"""
    for read in sum(js(code, *((list(packed(values)), before) for before in range(5))), []):
        np.testing.assert_array_equal(np.array(read, "float64"), values)


# -- drawing.js


def test_axes_keep_places_inside_and_lead_back(rng):
    code = """(place, xs, ys, values) => {
        const axes = new Axes(...place, xs, ys);
        return values.map((v) => [axes.x(v), axes.y(v), axes.fromX(axes.x(v))]);
    }"""
    for _ in range(100):
        left, top, width, height = place = [*rng.uniform(0, 500, 2), *rng.uniform(1, 500, 2)]
        xs, ys = np.sort(rng.normal(size=(2, 2)) * 10.0 ** rng.integers(-3, 4)).tolist()
        values = [*xs, *ys, *rng.normal(np.mean(xs), np.ptp(xs), 10), -np.inf, np.inf]
        x, y, back = np.transpose(js(code, (place, xs, ys, values))[0])
        np.testing.assert_allclose(x, np.interp(values, xs, [left, left + width]))
        np.testing.assert_allclose(y, np.interp(values, ys, [top + height, top]))
        np.testing.assert_allclose(back, np.clip(values, *xs), atol=1e-9 * np.ptp(xs))


def test_a_curve_has_gaps_and_can_be_thinned(rng):
    code = """(values, options) => {
        const d = new Drawing(100, 100, "");
        d.curve(new Axes(0, 0, 1000, 1000, [0, 100], [0, 1]), values, "x", options);
        return d.elements[0][1].d;
    }"""
    for own_places in [False, True] * 100:
        values = rng.uniform(size=rng.integers(0, 40))
        values[rng.uniform(size=len(values)) < 0.3] = rng.choice([np.nan, np.inf, -np.inf])
        start, every = rng.integers(0, 50), int(rng.integers(1, 5))
        places = rng.uniform(0, 100, len(values)) if own_places else start + np.arange(len(values))
        options = {"xs": places.tolist()} if own_places else {"from": int(start)}
        (path,) = js(code, (values.tolist(), options | {"every": every}))
        points = np.transpose([10 * places, 1000 * (1 - values)])[::every]
        pieces = np.split(points, np.flatnonzero(~np.isfinite(points[:, 1])))  # each but the first begins with a gap
        lines = [line for piece in pieces if len(line := piece[np.isfinite(piece[:, 1])])]
        drawn = [[point.split() for point in line.split("L")] for line in path.split("M")[1:]]
        assert list(map(len, drawn)) == list(map(len, lines))
        for one, other in zip(drawn, lines):
            np.testing.assert_allclose(np.array(one, float), other, atol=0.051)


# Of each kind: how it is drawn (… are more options), its tags, its look, and its left, top, right and bottom.
KINDS = {
    "text": ('text(100, 50, "a < b & c", {size: 20, look: "f", …})', "text", "f", (54, 42, 146, 58)),
    "frame": ('frame(40, 30, 120, 80, "W", {…})', "rect", "W", (39, 29, 121, 81)),
    "empty frame": ("frame(40, 30, 120, 80, null, {…})", "rect", None, (39, 29, 121, 81)),
    "box": ('box(100, 50, 80, 60, "C", ["C", "0.5"], {…})', "rect text text", "C", (59, 19, 141, 81)),
    "node": ('node(100, 50, "×")', "circle text", "ink", (84, 34, 116, 66)),
    "arrow": ('arrow([[20, 20], [20, 50], [120, 50]], {look: "h", …})', "path polygon", "h", (19, 20, 120, 55)),
    "axes": ('axes(50, 20, 100, 40, [0, 1], [0, 1], {xticks: [[0.5, "½"]], yticks: [[1, "1"]], part: "it"})',
             "rect path text path text", None, (33, 14, 151, 81)),
    "curve": ('curve(new Axes(50, 20, 100, 40, [0, 2], [0, 1]), [0, 1, 0], "x", {…})', "path", "x", (49, 19, 151, 61)),
    "dot": ('dot(100, 50, "linear AR", {radius: 10, …})', "circle", "linear AR", (90, 40, 110, 60)),
    "bar": ('bar(40, 30, 80, 50, "seasonal naive", {…})', "rect", "seasonal naive", (40, 30, 120, 80)),
}  # fmt: skip


def scene_of(calls):
    (drawn,) = js(f"() => {{ const d = new Drawing(200, 100, 'A title'); {calls} return d; }}", [])
    return Scene(**drawn)


def pixels(calls):
    return imread(io.BytesIO(scene_of(calls).png))[..., :3]


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_is_drawn_in_its_place_and_its_colour(kind):
    call, tags, look, place = KINDS[kind]
    scene = scene_of(f"d.{call};".replace("…", 'part: "it", more: {opacity: 0.5, "data-thing": `"<&>\'`}'))
    _, _, *elements = ElementTree.fromstring(scene.svg)
    assert [element.tag.split("}")[1] for element in elements] == tags.split()
    assert [element.text or "" for element in elements] == [words for _, _, words in scene.elements]
    assert not re.search("NaN|None|undefined|null|object", scene.svg)
    named = {key: elements[0].get(key) for key in ("data-part", "opacity", "data-thing")}
    assert "…" not in call or named == {"data-part": "it", "opacity": "0.5", "data-thing": "\"<&>'"}
    drawn = pixels(f"d.{call};".replace("…", ""))
    rows, columns = np.nonzero((drawn != pixels("")).any(axis=-1))
    extent = np.array([columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]) / 2  # at twice its size
    np.testing.assert_allclose(extent, place, atol=1)
    colour = LOOK[look].color if look in LOOK else INK if look else FAINT
    coloured = (np.abs(drawn * 255 - [int(colour[k : k + 2], 16) for k in (1, 3, 5)]) < 1.5).all(axis=-1)
    left, top, right, bottom = place
    assert coloured[top + bottom, left + right] if kind in ("dot", "bar") else coloured.any()


def test_what_belongs_to_a_part_has_names():
    scene = scene_of("""
        d.box(9, 9, 9, 9, "f", ["f", "1"], { part: "a" });
        d.arrow([[0, 0], [9, 9]], { part: "b" });
        d.axes(9, 9, 9, 9, [0, 1], [0, 1], { xticks: [[0, "0"], [1, "1"]], yticks: [[0, "0"]], part: "c" });""")
    names = ["a", "a-words", "a-words-1", "b", "b-head", "c", "c-xtick-0", "c-xtick-1", "c-ytick-0"]
    assert list(scene.parts) == names


# -- modules, linked and asked


@pytest.fixture
def write(tmp_path, monkeypatch):
    """write(name=source) puts NAME.js into a folder that stands for that of the explorers."""
    monkeypatch.setattr(_scene, "FOLDER", tmp_path)
    _scene._engine.cache_clear()
    yield lambda **files: [(tmp_path / f"{name}.js").write_text(source, "utf-8") for name, source in files.items()]
    _scene._engine.cache_clear()


def test_modules_keep_their_names_to_themselves(write):
    write(
        a='const SIZE = 1;\nfunction own() {\n  return "a";\n}\nexport const a = () => SIZE + own();\n',
        b='import { a } from "./a.js";\n\nconst SIZE = 2;\nconst own = "b";\nexport function b() {\n'
        "  return a() + SIZE + own;\n}\n",
        c='import {\n  a,\n} from "./a.js";\nimport { b } from "./b.js";\nconst SIZE = 3;\n'
        "export const all = () => [a(), b(), SIZE, Object.keys(modules)];\nexport const seen = () => own;\n",
    )
    assert ask("c.js", "all", {}) == ["1a", "1a2b", 3, ["a.js", "b.js", "c.js"]]
    with pytest.raises(quickjs.JSException, match="own is not defined"):
        ask("c.js", "seen", {})
    quickjs.Context().module(front_end("c.js"))  # as the browser gets it


def test_a_module_can_be_had_as_a_text(write):
    """For a worker: with all that it needs, and nothing of it is seen here."""
    write(
        a='export const a = () => "a</script>\\n";\n',
        b='import { a } from "./a.js";\nexport const b = () => a() + "b";\n',
        c='import text from "./b.js" with { type: "text" };\nexport const both = () => [text, typeof b];\n',
    )
    text, seen = ask("c.js", "both", {})
    assert quickjs.Context().eval(f"{text}modules['b.js'].b()") == "a</script>\nb" and seen == "undefined"


@pytest.mark.parametrize("names", ["hidden", " shown,\n  hidden,\n", " shown as hidden "])
def test_what_is_not_exported_is_not_imported(write, names):
    write(
        a="export const shown = 1;\nconst hidden = 2;\n",
        b=f'import {{{names}}} from "./a.js";\nexport const b = 3;\n',
        c='import { b } from "./b.js";\n',
    )
    for use in (linked, front_end, lambda name: ask(name, "scene", {})):
        for name in ("b.js", "c.js"):
            with pytest.raises(ImportError, match=r"b\.js imports (hidden|as) from a\.js, which does not export it"):
                use(name)


@pytest.mark.parametrize("front", FRONTS)
def test_every_front_end_loads_without_a_page(front):
    quickjs.Context().module(front_end(front))  # as the browser reads it, but what it raises is not told
    with pytest.raises(quickjs.JSException, match="the front end exports no nothing"):
        ask(front, "nothing", {})


def test_numbers_reach_the_scene_as_they_are(write):
    write(a="export const told = ({ values }) => [values instanceof Float32Array, Array.from(values, String)];\n")
    values = np.array([0.1, -np.inf, np.inf, np.nan, 3.4e38, 1e-45, -2.5], "float32")
    typed, words = ask("a.js", "told", {"values": packed(values)})
    assert typed and words[1:4] == ["-Infinity", "Infinity", "NaN"]
    np.testing.assert_array_equal(np.array(words, "float64"), values)


def test_an_error_in_a_front_end_says_what_and_where(write):
    write(a="const inner = (state) => state.missing.length;\nexport const scene = (state) => [inner(state)];\n")
    with pytest.raises(quickjs.JSException, match="(?s)property 'length' of undefined.*at inner .*at scene "):
        ask("a.js", "scene", {})


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity"])
def test_a_picture_has_no_place_that_is_no_number(write, value):
    drawing = f"{{ const d = new Drawing(10, 10, ''); d.dot({value}, 5, 'x'); return d; }}"
    write(a=f'import {{ Drawing }} from "./drawing.js";\nexport const scene = () => {drawing};\n')
    for name in ("drawing.js", "axes.js", "numbers.js"):
        write(**{name[:-3]: (Path(_scene.__file__).parent / name).read_text("utf-8")})
    with pytest.raises(quickjs.JSException, match=f"cx is {value}"):
        ask("a.js", "scene", {})


def test_a_scene_is_told_whether_there_is_little_room(write):
    write(a="export const scene = (state, narrow) => [narrow];\n")
    assert ask("a.js", "scene", {}, True) == [True] and ask("a.js", "scene", {}, False) == [False]
