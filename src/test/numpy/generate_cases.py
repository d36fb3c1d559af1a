"""Writes what NumPy's cumulative functions answer to many inputs, for NumpyDifferentialTest.

The case files are committed, so that the tests need no Python. To write them anew, from the root
of the repository, with Python 3.11 or later:

    python -m venv target/numpy
    target/numpy/bin/pip install numpy==2.4.6
    target/numpy/bin/python src/test/numpy/generate_cases.py

The same bytes come out every time: the random inputs are seeded by the name of their file.

Each line of src/test/resources/io/sparkcumsum/array/numpy-*.jsonl is one call:

    name       what the case is about
    function   its name in SQL; absent means cumsum
    dtype      of the input
    shape      of the input; [] is a scalar
    values     of the input in row-major order; null is a masked element
    axis       the argument; null for none
    argument   the dtype argument; null for none
    exclusive, reverse, include_initial
               true, or absent
    expected   the result's dtype, shape and values
    error      instead of expected: the message of NumPy's error
    overflow   where integers wrap around: "cast" if an element does not fit the dtype argument,
               otherwise "sum" or "product", if a value of the result is not the exact one. A mode
               that reports overflow has to fail there.

The files numpy-family-* hold the functions and options beyond cumsum. What NumPy does not have is
put together from what it has:

* cummax and cummin are the ufuncs' accumulate, after a cast if there is a dtype argument. NumPy may
  give either of two zeros that differ in sign, so no input of theirs has both.
* reverse is a flip before and a flip after.
* exclusive puts the identity in front, 0 or 1 or for cummax and cummin a masked element, and drops
  the last. (-0.0 that follows an identity of 0 stays -0.0, as with NumPy's include_initial.)
* A masked element is absent: a line of the result is the answer to the elements of the line that
  are not masked, in their places. So these arrays may hold -0.0, unlike those of numpy.ma below.

Booleans and integers are JSON's own. Floats are strings, which lose no bit: "nan", "inf", "-inf",
or hexadecimal as float.hex() has it, without the trailing zeros of the fraction. All NaNs are one:
sign and payload of a NaN that an addition gives depend on the processor.

Left out, because there is no NumPy answer to hold anybody to:

* Floats that are cast to an integer type which cannot hold them, NaN and the infinities included.
  The C standard leaves the result undefined, and NumPy gives what the processor does: it differs
  between x86 and ARM, and between a vectorised loop and its tail. Spark saturates at the range of
  INT or BIGINT and makes NaN 0, or fails in ANSI mode.
* Masked arrays that hold -0.0, where numpy.ma adds. It fills masked places with 0 before, and
  -0.0 + 0 is 0.0, so a masked element there changes the sum that it should be absent from.
* Masked scalars, which NumPy returns as arrays of one masked element; a NULL scalar has no array.
* The axis -2147483648, which is NumPy's internal sign for no axis and gives the flat sum instead of
  an error; and integers beyond it, which NumPy cannot pass on to C.
* include_initial along an axis of length 0 with a longer one inside: SQL has (0, 3) as an empty
  array of arrays, which does not know of the 3 that the identity would be repeated for.
* dtypes that Spark has no type for: unsigned, float16, longdouble, complex, object.
"""

import itertools
import json
import math
import pathlib
import random
import struct
import warnings

import numpy as np

TARGET = pathlib.Path(__file__).parents[1] / "resources/io/sparkcumsum/array"

INTEGERS = ["int8", "int16", "int32", "int64"]
FLOATS = ["float32", "float64"]
DTYPES = ["bool"] + INTEGERS + FLOATS
ARGUMENTS = [None] + DTYPES


def main():
    assert np.__version__.startswith("2."), "the default dtypes are those of NumPy 2"
    # NumPy warns of float overflow and of inf - inf, which are among the cases.
    warnings.simplefilter("ignore", RuntimeWarning)
    TARGET.mkdir(parents=True, exist_ok=True)
    for topic in TOPICS:
        name = topic.__name__.replace("_", "-")
        lines = [json.dumps(c, separators=(",", ":")) for c in topic(random.Random(name))]
        path = TARGET / f"numpy-{name}.jsonl"
        path.write_text("".join(line + "\n" for line in lines), encoding="ascii", newline="\n")
        print(f"{len(lines):5} cases {path.stat().st_size:8} bytes  {path.name}")


# One case


def case(name, array, axis=None, argument=None):
    """Calls cumsum and describes the call and its result."""
    array = np.asanyarray(array)
    described = {"name": name, **describe(array), "axis": axis, "argument": argument}
    cumsum = np.ma.cumsum if np.ma.isMaskedArray(array) else np.cumsum
    require_defined(array, argument)
    try:
        result = cumsum(array, axis=axis, dtype=argument)
    except np.exceptions.AxisError as error:
        return described | {"error": str(error)}
    overflow = overflow_of(array, axis, result.dtype)
    if overflow is not None:
        described["overflow"] = overflow
    return described | {"expected": describe(result)}


def describe(array):
    assert array.dtype.name in DTYPES, array.dtype
    masks = np.ma.getmaskarray(array).ravel().tolist()
    values = np.ma.getdata(array).ravel().tolist()
    return {
        "dtype": array.dtype.name,
        "shape": list(array.shape),
        "values": [None if m else neutral(v) for v, m in zip(values, masks)],
    }


def neutral(value):
    """The value as JSON keeps it."""
    if not isinstance(value, float):
        return value
    text = value.hex()
    if "p" not in text:
        return text
    digits, exponent = text.split("p")
    return digits.rstrip("0").rstrip(".") + "p" + exponent


def require_defined(array, argument):
    """Stops at a cast from float to integer that C leaves undefined."""
    if array.dtype.name in FLOATS and argument in INTEGERS:
        bounds = np.iinfo(argument)
        for value in np.ma.compressed(array).tolist():
            assert np.isfinite(value) and bounds.min <= int(value) <= bounds.max, value


def overflow_of(array, axis, dtype):
    """What of the call leaves the range of an integer result, worked out in unbounded integers."""
    if dtype.name not in INTEGERS:
        return None
    bounds = np.iinfo(dtype)

    def fits(value):
        return bounds.min <= value <= bounds.max

    exact = np.array([int(v) for v in np.ma.filled(array, 0).ravel().tolist()], dtype=object)
    if not all(fits(value) for value in exact):
        return "cast"
    # The first prefix that is out of range is the first addition that overflows.
    shaped = exact if axis is None else exact.reshape(array.shape or (1,))
    prefixes = np.add.accumulate(shaped, axis=axis or 0)
    return None if all(fits(value) for value in prefixes.ravel()) else "sum"


def axes_of(array):
    """None and every axis in bounds, from the front and from the end."""
    dimensions = max(1, np.ndim(array))
    return [None, *range(dimensions), *range(-1, -dimensions - 1, -1)]


# Inputs


def small(rng, dtype, shape):
    """Elements that fit every dtype, as do the sums of a few; floats have fractions."""
    size = int(np.prod(shape))
    if dtype == "bool":
        values = [rng.random() < 0.5 for _ in range(size)]
    elif dtype in INTEGERS:
        values = [rng.randint(-9, 9) for _ in range(size)]
    else:
        values = [rng.randint(-1000, 1000) / 128 for _ in range(size)]
    return np.array(values, dtype).reshape(shape)


def inexact(rng, dtype, shape):
    """Floats whose sums round at every step, and whose order of addition shows."""
    size = int(np.prod(shape))
    values = [rng.uniform(-1, 1) * 10 ** rng.randint(-3, 3) for _ in range(size)]
    return np.array(values, dtype).reshape(shape)


def bit_patterns(rng, dtype, size, finite=False):
    """Any float: about one in 256 (float32) or 2048 (float64) is NaN or infinite."""
    width, code = (32, "<If") if dtype == "float32" else (64, "<Qd")
    values = []
    while len(values) < size:
        (value,) = struct.unpack("<" + code[2], struct.pack(code[:2], rng.getrandbits(width)))
        if np.isfinite(value) or not finite:
            values.append(value)
    return np.array(values, dtype)


def whole_range(rng, dtype, shape):
    """Integers from anywhere in the range."""
    bounds = np.iinfo(dtype)
    size = int(np.prod(shape))
    values = [rng.randint(int(bounds.min), int(bounds.max)) for _ in range(size)]
    return np.array(values, dtype).reshape(shape)


# Topics: one file each


def every_combination(rng):
    """Every dtype, every axis in and out of bounds, every dtype argument, 0 to 4 dimensions."""
    for shape in [(), (5,), (2, 3), (2, 3, 2), (2, 1, 3, 2)]:
        dimensions = max(1, len(shape))
        for dtype, argument in itertools.product(DTYPES, ARGUMENTS):
            array = small(rng, dtype, shape)
            for axis in axes_of(array):
                yield case("combination", array, axis, argument)
            for axis in (dimensions, -dimensions - 1):
                yield case("out of bounds", array, axis, argument)


def sizes(rng):
    """One dimension of lengths around those at which loops are unrolled or buffers end."""
    for dtype, size in itertools.product(
        DTYPES, [1, 4, 6, 8, 13, 16, 25, 63, 64, 65, 127, 128, 129, 1000, 4098]
    ):
        make = inexact if dtype in FLOATS else small
        yield case(f"size {size}", make(rng, dtype, (size,)), axis=rng.choice([None, 0, -1]))
    # NumPy casts in pieces of 8192 elements; the sum has to carry on over their border.
    for dtype, argument in [("bool", "int16"), ("int8", "int64"), ("int16", "float32")]:
        values = [rng.random() < 0.5 for _ in range(8195)]
        yield case("size 8195", np.array(values).astype(dtype), argument=argument)
    for shape in [(1, 65), (65, 1), (17, 13), (3, 5, 7), (7, 5, 3), (4, 3, 2, 5)]:
        for dtype in ["int32", "float32", "float64"]:
            make = inexact if dtype in FLOATS else small
            array = make(rng, dtype, shape)
            for axis in [None, *range(len(shape))]:
                yield case(f"size {shape}", array, axis)


def empties(rng):
    """No elements, and one element."""
    none = [(0,), (0, 3), (3, 0), (0, 0), (2, 0, 3), (0, 2, 3), (2, 3, 0), (1, 2, 0, 2)]
    one = [(), (1,), (1, 1), (1, 1, 1), (1, 1, 1, 1)]
    for shape, dtype in itertools.product(none + one, DTYPES):
        array = small(rng, dtype, shape)
        for axis in axes_of(array):
            yield case("empty" if shape in none else "single", array, axis)
        if shape in none:
            dimensions = len(shape)
            yield case("empty out of bounds", array, dimensions)
            yield case("empty out of bounds", array, -dimensions - 1)
    for shape in [(0,), (3, 0), (0, 3)]:
        for dtype, argument in itertools.product(["bool", "int8", "float64"], DTYPES):
            yield case("empty cast", np.zeros(shape, dtype), 0, argument)


def wrap_around(rng):
    """Integers that leave their range, at every width, in the cast or in the sum."""
    for width in INTEGERS:
        bounds = np.iinfo(width)
        low, high = int(bounds.min), int(bounds.max)
        for name, values in {
            "one past the top": [high, 1, 1],
            "one past the bottom": [low, -1, -1],
            "there and back": [high, 1, low, -1, 1, high],
            "twice the bottom is zero": [low, low, low, low],
            "twice the top": [high, high, high, high],
            "to the very edge": [high - 2, 1, 1, low, low + 1],
            "edges": [high, low, high, low, 1],
        }.items():
            array = np.array(values, width)
            yield case(name, array, argument=width)
            yield case(name, array, axis=0)
        for shape in [(40,), (6, 5), (2, 3, 4)]:
            array = whole_range(rng, width, shape)
            for axis in [None, *range(len(shape))]:
                yield case("whole range", array, axis, width)
                yield case("whole range", array, axis)
    for dtype, argument in itertools.product(INTEGERS, INTEGERS):
        if np.iinfo(dtype).bits > np.iinfo(argument).bits:
            bounds = np.iinfo(argument)
            beyond = [int(bounds.max) + 1, int(bounds.min) - 1, int(bounds.max) * 2 + 2, 1]
            yield case("beyond the cast", np.array(beyond, dtype), argument=argument)
            yield case("whole range cast", whole_range(rng, dtype, (12,)), 0, argument)
            yield case("whole range cast", whole_range(rng, dtype, (3, 4)), 0, argument)
    for dtype, argument in itertools.product(INTEGERS, ["bool"] + FLOATS):
        yield case("whole range", whole_range(rng, dtype, (12,)), argument=argument)
        yield case("whole range", whole_range(rng, dtype, (3, 4)), 1, argument)
    # Rounded once from 64 bits; by way of float64 the last bits would differ.
    odd = [2**24 + 1, 2**53 + 1, 2**54 + 3, 2**62 + 2**38 + 1, 2**62 - 2**37 - 1, 2**63 - 1]
    for value, argument in itertools.product(odd, FLOATS):
        for sign in (1, -1):
            yield case("integer that rounds", np.array([sign * value]), argument=argument)
    for dtype in ["bool", "int8"]:
        for argument, count in [("int8", 130), ("int16", 300)]:
            yield case("ones", np.ones(count, dtype), argument=argument)
    for dtype in FLOATS:
        for argument in INTEGERS:
            limit = 2.0 ** (np.iinfo(argument).bits - 1)
            below = float(np.nextafter(np.array(limit, dtype), np.array(0, dtype)))
            edges = [[below], [-limit], [-below, below, -0.75, 0.75, 1.5]]
            if limit < 2**20:
                edges.append([-limit - 0.75, limit - 0.25, 0.99])
            for values in edges:
                yield case("float at the edge", np.array(values, dtype), argument=argument)
            yield case("float that wraps", np.array([below, below, -limit], dtype), 0, argument)


def floats(rng):
    """Rounding, signed zeros, subnormals, NaN and the infinities."""
    nan, inf = np.nan, np.inf
    for dtype in FLOATS:
        limits = np.finfo(dtype)
        top, tiny = float(limits.max), float(limits.smallest_subnormal)
        smallest, ulp = float(limits.smallest_normal), float(limits.eps)
        one_dimensional = {
            "negative zeros": [-0.0, -0.0],
            "negative zero alone": [-0.0],
            "negative zero first": [-0.0, 0.0, -0.0],
            "zero first": [0.0, -0.0, -0.0],
            "cancels to zero": [1.5, -1.5, -0.0, -0.0],
            "nan": [1, nan, 2, inf, -inf],
            "nan first": [nan, 0, 1],
            "infinities": [1, inf, 2, inf],
            "negative infinities": [-inf, 1, -inf, top],
            "infinity and its opposite": [inf, -inf, 1],
            "opposite and its infinity": [1, -inf, 5, inf, inf],
            "overflow to infinity": [top, top * ulp / 4, top * ulp, top, -top],
            "overflow to negative infinity": [-top, -top, top, top],
            "at the top": [top, -top, -top, top, top * (1 - ulp)],
            "subnormals": [tiny, tiny, tiny, -tiny, -tiny, -tiny, -tiny, smallest],
            "into the subnormals": [smallest, -tiny, -smallest, tiny, smallest * 1.5, -smallest],
            "absorbed": [1, ulp / 2, ulp / 2, ulp, -1, ulp],
            "ties to even": [1, ulp / 2, ulp, ulp / 2, ulp / 2],
            "large cancellation": [1e30, 1, -1e30, 1, 3e15, 0.1, -3e15],
            "does not associate": [0.1, 0.2, 0.3, 0.4, -1.0, 0.7, -0.7],
            "harmonic": [1 / n for n in range(1, 60)],
            "alternating harmonic": [(-1) ** n / n for n in range(1, 60)],
            "tenths": [0.1] * 64,
        }
        for name, values in one_dimensional.items():
            array = np.array(values, dtype)
            for argument in [None, "bool", *FLOATS]:
                yield case(name, array, argument=argument)
            yield case(name, array, axis=0)
        rows = np.array(
            [[-0.0, inf, nan, tiny, top], [-0.0, -inf, 1, -tiny, top], [0, 1, 2, -0.0, -inf]],
            dtype,
        )
        for array in [rows, rows.T, rows[:, ::-1], np.stack([rows, -rows])]:
            for axis in axes_of(array):
                yield case("special values", array, axis)
        for size in [7, 64, 257]:
            yield case("bit patterns", bit_patterns(rng, dtype, size))
            yield case("finite bit patterns", bit_patterns(rng, dtype, size, finite=True))
        for axis in [None, 0, 1, 2]:
            array = bit_patterns(rng, dtype, 60).reshape(3, 4, 5)
            yield case("bit patterns", array, axis)
            yield case("bit patterns", array, axis, "bool")
            array = inexact(rng, dtype, (3, 4, 5))
            yield case("rounding", array, axis)
            yield case("rounding", array, axis, "float32" if dtype == "float64" else "float64")
    # Narrowed to float32: to infinity, to subnormals, to zeros of both signs, with ties.
    narrowing = [1e39, -1e39, 1e-40, -1e-40, 1e-46, -1e-46, 1 + 2**-24, 1 + 3 * 2**-24, 1e38, nan]
    for value in narrowing:
        yield case("narrowed", np.array([value]), argument="float32")
    yield case("narrowed", np.array([-1e-46, -1e-46, 1e-46]), argument="float32")
    yield case("narrowed", np.array([3e38, 3e38, -inf]), argument="float32")
    yield case("bit patterns narrowed", bit_patterns(rng, "float64", 64), argument="float32")
    yield case("bit patterns widened", bit_patterns(rng, "float32", 64), argument="float64")


def masked(rng):
    """Masked arrays: a masked element stays masked, and the sum carries on past it."""
    for dtype, argument in itertools.product(DTYPES, ARGUMENTS):
        shapes = [(7,), (2, 3)] if argument else [(7,), (2, 3), (2, 3, 2), (2, 2, 2, 3)]
        for shape in shapes:
            data = positive_zeros(small(rng, dtype, shape))
            mask = [rng.random() < 0.4 for _ in range(data.size)]
            array = np.ma.array(data, mask=np.reshape(mask, shape))
            for axis in [None, *range(len(shape))]:
                yield case("masked", array, axis, argument)
    for dtype in DTYPES:
        for size in [1, 8, 63, 64, 65, 129]:
            data = positive_zeros(small(rng, dtype, (size,)))
            for name, mask in {
                "all masked": [True] * size,
                "none masked": [False] * size,
                "first masked": [i == 0 for i in range(size)],
                "last masked": [i == size - 1 for i in range(size)],
                "every other masked": [i % 2 == 1 for i in range(size)],
            }.items():
                yield case(f"{name} of {size}", np.ma.array(data, mask=mask))
        for shape in [(0,), (0, 3), (3, 0)]:
            yield case("masked empty", np.ma.array(np.zeros(shape, dtype)), 0)
    for dtype in FLOATS:
        array = positive_zeros(inexact(rng, dtype, (40,)))
        array[[3, 17]] = np.nan, np.inf
        yield case("masked nan", np.ma.masked_invalid(array))
        yield case("nan between masked", np.ma.array(array, mask=[i % 5 == 1 for i in range(40)]))
        for axis in [None, 0, 1]:
            rows = np.ma.array(array.reshape(5, 8), mask=array.reshape(5, 8) < 0)
            yield case("masked where negative", rows, axis)
    for width in INTEGERS:
        high = int(np.iinfo(width).max)
        array = np.ma.array([high, 7, 1, 7, high], width, mask=[0, 1, 0, 1, 0])
        yield case("wraps past masked", array, argument=width)
        # What lies under the mask must not count as an overflow.
        array = np.ma.array([high, high, 0, 0], width, mask=[0, 1, 0, 0])
        yield case("would wrap if not masked", array, argument=width)


def positive_zeros(array):
    return np.where(array == 0, np.zeros_like(array), array)


def situations(rng):
    """What NumPy's own tests of cumsum, cumulative_sum, accumulate and masked arrays look at."""
    # Permuted rows of every dtype, down, across and flat.
    unsorted = [3, 1, 12, 9, 7, 4, 6]
    table = [[4, 3, 2, 1], [8, 7, 6, 5], [1, 10, 5, 3]]
    for dtype, argument in itertools.product(DTYPES, ARGUMENTS):
        yield case("unsorted", np.array(unsorted, dtype), 0, argument)
        for axis in [None, 0, 1, -1, -2]:
            yield case("table", np.array(table, dtype), axis, argument)
    # A boolean mask is counted, not or-ed, unless bool is asked for.
    flags = np.array([True, True, False, True])
    for argument in ARGUMENTS:
        yield case("flags", flags, argument=argument)
        yield case("flags", np.zeros(4, bool), argument=argument)
    # Where a narrow dtype would be too narrow, the default dtype is wide enough.
    yield case("narrow input, wide sum", np.full(300, 127, "int8"))
    yield case("narrow input, wide sum", np.full(300, -32768, "int16"))
    yield case("narrow input, wide sum", np.full(5, 2**31 - 1, "int32"))
    # float32 stops counting at 2**24; float64 does not.
    many = np.array([2**24 - 2] + [1] * 6, "float32")
    yield case("counting stops", many)
    yield case("counting goes on", many, argument="float64")
    # The memory layout is not the order of the elements.
    square = np.arange(12).reshape(3, 4)
    for layout in [np.asfortranarray(square), square.T, square[::-1, ::2], square[:, None, :]]:
        for axis in axes_of(layout):
            yield case("layout", layout, axis)
    yield case("broadcast", np.broadcast_to(np.array([1, 2, 3]), (4, 3)), 0)
    yield case("reversed", np.arange(9)[::-1])
    yield case("big-endian", np.arange(5, dtype=">i4"))
    # Cast before the sum, not after it.
    for argument in INTEGERS + ["bool"]:
        yield case("halves", np.array([1.5, 1.5, 1.5]), argument=argument)
        yield case("negative halves", np.array([-0.5, -1.5, 0.5, 2.9]), argument=argument)
    yield case("fractions are true", np.array([0.0, 0.25, 0.0, -0.0, np.nan]), argument="bool")
    yield case("negative zero is false", np.array([-0.0, -0.0]), argument="bool")
    yield case("nan is true", np.array([np.nan]), argument="bool")
    # Scalars of every dtype become arrays of one element.
    for dtype in DTYPES:
        for axis in [None, 0, -1]:
            yield case("scalar", np.array(1, dtype), axis)
        for axis in [1, -2, 100, -100]:
            yield case("scalar out of bounds", np.array(1, dtype), axis)
    for scalar in [10, -0.0, np.nan, np.inf, 2.5]:
        yield case("scalar", scalar)
    for axis in [2, -3, 7, -2147483647, 2147483647]:
        yield case("table out of bounds", np.array(table), axis)
        yield case("masked out of bounds", np.ma.masked_equal(table, 3), axis)
    # Masked where a table has one value, and along every axis of three.
    for axis in axes_of(np.array(table)):
        yield case("masked table", np.ma.masked_equal(table, 1), axis)
        yield case("masked table", np.ma.masked_equal(np.array(table, "float32"), 5), axis)
    cube = np.ma.masked_less(small(rng, "int16", (3, 3, 3)), -4)
    for axis in axes_of(cube):
        yield case("masked cube", cube, axis)
    # The last prefix is the sum, the differences are the input: exact in small whole numbers.
    counting = np.arange(1, 25).reshape(2, 3, 4)
    for dtype in INTEGERS + FLOATS:
        for axis in axes_of(counting):
            yield case("counting", counting.astype(dtype), axis)


# The family: cumsum's siblings, and the options of all of them

SUMS = ["cumsum", "nancumsum", "cumulative_sum"]
PRODUCTS = ["cumprod", "nancumprod", "cumulative_prod"]
EXTREMES = {"cummax": np.maximum, "cummin": np.minimum}

CALLS = [
    (function, dict.fromkeys(options, True))
    for function in [*SUMS, *PRODUCTS, *EXTREMES]
    for options in [
        (),
        ("exclusive",),
        ("reverse",),
        ("exclusive", "reverse"),
        ("include_initial",),
        ("reverse", "include_initial"),
    ]
    if "include_initial" not in options or function.startswith("cumulative")
]


def family_case(name, function, array, axis=None, argument=None, **options):
    """Describes a call of any of the functions and its result."""
    array = np.asanyarray(array)
    described = {"name": name, "function": function, **describe(array)}
    described |= {"axis": axis, "argument": argument, **options}
    require_defined(counted(function, array), argument)
    if function in EXTREMES:
        require_one_zero(array, argument)
    try:
        result = answer(function, array, axis, argument, **options)
    except ValueError as error:  # AxisError is one, too
        return described | {"error": str(error)}
    overflow = family_overflow(function, array, axis, result.dtype, options)
    if overflow is not None:
        described["overflow"] = overflow
    return described | {"expected": describe(result)}


def answer(function, array, axis=None, argument=None, **options):
    array = np.atleast_1d(array)
    if np.ma.is_masked(array):
        return masked_answer(function, array, axis, argument, **options)
    array = np.ma.getdata(array)
    reverse = options.get("reverse")
    result = accumulate(
        function,
        np.flip(array, axis) if reverse else array,
        axis,
        argument,
        # NumPy's own, where there is one.
        **({"include_initial": True} if options.get("include_initial") else {}),
    )
    if options.get("exclusive"):
        along = axis or 0
        shape = list(result.shape)
        shape[along] = 1
        if function in EXTREMES:
            identity = np.ma.masked_all(shape, result.dtype)
        else:
            identity = np.full(shape, 0 if function in SUMS else 1, result.dtype)
        longer = np.ma.concatenate([identity, result], along)
        result = longer.take(range(result.shape[along]), along)
    return np.flip(result, axis) if reverse else result


def accumulate(function, array, axis, argument, **include_initial):
    if function not in EXTREMES:
        return getattr(np, function)(array, axis=axis, dtype=argument, **include_initial)
    elements = array if argument is None else array.astype(argument)
    elements = elements.ravel() if axis is None else elements
    return EXTREMES[function].accumulate(elements, axis=axis or 0)


def masked_answer(function, array, axis, argument, **options):
    """The answer to each line without its masked elements, put in their places."""
    accumulate(function, np.ma.getdata(array), axis, argument)  # fails where it has to
    if axis is None:
        array, axis = array.ravel(), 0
    lines = np.moveaxis(array, axis, -1)
    results = []
    for line in lines.reshape(-1, lines.shape[-1]):
        present = ~np.ma.getmaskarray(line)
        if options.get("include_initial"):
            ends = (present, [True]) if options.get("reverse") else ([True], present)
            present = np.concatenate(ends)
        values = answer(function, line.compressed(), None, argument, **options)
        result = np.ma.masked_all(present.shape, values.dtype)
        result[present] = values
        results.append(result)
    return np.moveaxis(np.ma.stack(results).reshape(*lines.shape[:-1], -1), -1, axis)


def counted(function, array):
    """The elements as the function counts them: for nancumsum NaN is 0, for nancumprod 1."""
    if not function.startswith("nan") or array.dtype.name not in FLOATS:
        return array
    identity = 0 if function in SUMS else 1
    data = np.ma.getdata(array)
    return np.ma.array(np.where(np.isnan(data), identity, data), mask=np.ma.getmaskarray(array))


def require_one_zero(array, argument):
    """Stops at zeros of both signs, of which an extreme may be either."""
    elements = np.ma.compressed(array if argument is None else array.astype(argument))
    if elements.dtype.name in FLOATS:
        signs = np.signbit(elements[elements == 0])
        assert signs.all() or not signs.any(), elements


def family_overflow(function, array, axis, dtype, options):
    """As overflow_of. What is not part of the result, as the last element of an exclusive sum,
    overflows in the cast only."""
    if dtype.name not in INTEGERS:
        return None
    bounds = np.iinfo(dtype)

    def fits(values):
        return all(bounds.min <= value <= bounds.max for value in np.ma.compressed(values))

    elements = np.atleast_1d(counted(function, array))
    mask = np.ma.getmaskarray(elements)
    values = np.ma.getdata(elements).flat
    integers = [0 if m else int(v) for v, m in zip(values, mask.flat, strict=True)]
    exact = np.ma.array(np.array(integers, object).reshape(elements.shape), mask=mask)
    if not fits(exact):
        return "cast"
    if function in EXTREMES or fits(answer(function, exact, axis, None, **options)):
        return None
    return "sum" if function in SUMS else "product"


# Inputs of the family


def some(rng, function, dtype, shape):
    """Elements that fit every dtype, as do their sums or products; with NaN where it counts as
    nothing."""
    array = factors(rng, dtype, shape) if function in PRODUCTS else small(rng, dtype, shape)
    if function.startswith("nan") and dtype in FLOATS:
        missing = [rng.random() < 0.25 for _ in range(array.size)]
        array = np.where(np.reshape(missing, shape), np.array(np.nan, dtype), array)
    return array


def factors(rng, dtype, shape):
    if dtype == "bool":
        return np.array([rng.random() < 0.8 for _ in range(int(np.prod(shape)))]).reshape(shape)
    values, product = [], 1
    for _ in range(int(np.prod(shape))):
        magnitude = rng.choice([m for m in (1, 1, 2, 3) if m * abs(product) <= 42])
        value = magnitude * rng.choice([1, 1, -1])
        product *= value
        values.append(0 if rng.random() < 0.04 else value)
    if dtype in FLOATS:
        # Away from zero, so that a cast to an integer cuts it off.
        values = [math.copysign(abs(v) + rng.choice([0, 1, 3]) / 4, v) for v in values]
    return np.array(values, dtype).reshape(shape)


def somewhere_masked(rng, array, share=0.4):
    """At least one masked element."""
    mask = [rng.random() < share for _ in range(array.size)]
    mask[rng.randrange(array.size)] = True
    return np.ma.array(array, mask=np.reshape(mask, array.shape))


# Topics of the family


def family_combinations(rng):
    """Every function with every option, of every dtype with every dtype argument and along every
    axis of 0 to 4 dimensions, though not every axis with every dtype and argument."""
    shapes = [(), (5,), (2, 3), (2, 3, 2), (2, 1, 3, 2)]
    places = [(shape, axis) for shape in shapes for axis in axes_of(np.empty(shape))]
    index = 0
    for dtype, argument in itertools.product(DTYPES, ARGUMENTS):
        for _ in range(3):
            shape, axis = places[index % len(places)]
            # Two in six passes over the places, whatever the dtypes that a pass comes to.
            with_nulls = shape and (index + index // len(places)) % 3 == 2
            for function, options in CALLS:
                array = some(rng, function, dtype, shape)
                if with_nulls:
                    array = somewhere_masked(rng, array)
                yield family_case("combination", function, array, axis, argument, **options)
            index += 1


def family_empties(rng):
    """No elements, and one element."""
    none = [(0,), (0, 3), (3, 0), (0, 0), (2, 0, 3), (0, 2, 3), (2, 3, 0), (1, 2, 0, 2)]
    one = [(), (1,), (1, 1), (1, 1, 1, 1)]
    # Shapes of as many dimensions share a dtype.
    dtypes = ["float64", "int8", "bool", "float32", "int64"]
    for shape in none + one:
        dtype = dtypes[len(shape)]
        for axis in [None, *range(max(1, len(shape)))]:
            for function, options in CALLS:
                if "include_initial" in options and grows_from_nothing(shape, axis):
                    continue
                name = "empty" if shape in none else "single"
                array = some(rng, function, dtype, shape)
                yield family_case(name, function, array, axis, **options)
    for argument, (function, options) in itertools.product(DTYPES, CALLS):
        yield family_case("empty cast", function, np.zeros(0), 0, argument, **options)


def grows_from_nothing(shape, axis):
    """Whether an identity along the axis needs lengths that empty nested arrays do not have."""
    if axis is None or axis + 1 >= len(shape):
        return False
    return shape[axis] == 0 and shape[axis + 1] > 0


def family_wrap_around(rng):
    """Integers that leave their range, in the cast or in the result, and that just do not."""
    for width in INTEGERS:
        bounds = np.iinfo(width)
        low, high, root = int(bounds.min), int(bounds.max), 1 << (bounds.bits // 2)
        sums = {
            "one past the top": [high, 1, 1],
            "there and back": [high, 1, low, -1, 1, high],
            "edges": [high, low, high, low, 1],
            "the last is too much": [high - 1, 1, 1],
            "the first is too much": [-1, -1, low + 1],
            "inside": [high, low, 1],
        }
        products = {
            "one past the top": [root, root // 2, 1],
            "there and back": [root, root, 0, high, 2],
            "edges": [1, low, -1, -1, high],
            "the last is too much": [-1, high, 2],
            "the first is too much": [2, high, 1],
            "inside": [0, high, low],
        }
        for function, options in CALLS:
            if function in EXTREMES:
                continue
            for name, values in (sums if function in SUMS else products).items():
                array = np.array(values, width)
                yield family_case(name, function, array, None, width, **options)
            array = np.array(values, width)
            yield family_case("inside by default", function, array, 0, **options)
            # What lies under the mask does not count.
            array = np.ma.array([high, high, 1, high], width, mask=[0, 1, 0, 1])
            yield family_case("inside if masked", function, array, None, width, **options)
            array = np.ma.array([high, 1, 5, high], width, mask=[0, 0, 1, 0])
            yield family_case("past masked", function, array, None, width, **options)
            for axis in [0, -1]:
                array = whole_range(rng, width, (3, 3))
                yield family_case("whole range", function, array, axis, width, **options)
    for dtype, argument in [("int16", "int8"), ("int32", "int16"), ("int64", "int32")]:
        beyond = int(np.iinfo(argument).max) + 1
        for function, options in CALLS:
            for name, values in {
                "beyond the cast": [beyond, 0, -1],
                "whole range cast": whole_range(rng, dtype, (8,)),
                "masked beyond the cast": np.ma.array([1, beyond, 2], mask=[0, 1, 0]),
            }.items():
                array = np.ma.array(values, dtype) if "masked" in name else np.array(values, dtype)
                yield family_case(name, function, array, None, argument, **options)


def family_floats(rng):
    """Rounding, signed zeros, subnormals, NaN and the infinities."""
    nan, inf = np.nan, np.inf
    for dtype in FLOATS:
        other = FLOATS[dtype == "float32"]
        limits = np.finfo(dtype)
        top, tiny = float(limits.max), float(limits.smallest_subnormal)
        smallest, ulp = float(limits.smallest_normal), float(limits.eps)
        special = {
            "negative zeros": [-0.0, -0.0, -0.0],
            "signed zeros": [-0.0, 0.0, -0.0, 1.5, -0.0],
            "nan": [1, nan, 2, -inf, inf],
            "nan and zeros": [nan, -0.0, nan, -0.0],
            "only nan": [nan, nan],
            "infinities": [-2, inf, 3, inf, -1],
            "zero and infinity": [0, inf, 1],
            "overflow": [top, 2, -top, 0.25, top, top],
            "overflow and back": [1e30, 1e30, -1, top, -0.0, 1e-30],
            "underflow": [smallest, -0.5, 0.5, tiny, smallest, -tiny],
            "ties to even": [1 + ulp, 1 + ulp, 1 - ulp / 2, ulp, ulp / 2, 1 + 3 * ulp],
            "does not associate": [0.1, 0.2, 0.3, -0.7, 1.1, 1 / 3, 3],
        }
        for function, options in CALLS:
            arrays = {name: np.array(values, dtype) for name, values in special.items()}
            for size in [7, 16]:
                arrays[f"rounding {size}"] = rounding(rng, function, dtype, (size,))
                arrays[f"bit patterns {size}"] = bit_patterns(rng, dtype, size)
            if function in EXTREMES:
                arrays["signed zeros"] = positive_zeros(arrays["signed zeros"])
            for name, array in arrays.items():
                yield family_case(name, function, array, **options)
            if function not in EXTREMES or other == "float64":
                # Narrowed bit patterns are zeros of both signs, and infinities.
                yield family_case("bit patterns", function, array, None, other, **options)
            for name in ["signed zeros", "nan", "nan and zeros", "rounding 7"]:
                for argument in ["bool", other]:
                    yield family_case(name, function, arrays[name], None, argument, **options)
            if function.startswith("nan"):
                array = np.array([nan, 1.75, -2.5, nan, 3], dtype)
                for argument in INTEGERS:
                    yield family_case("nan cast", function, array, None, argument, **options)
            rows = np.array([[-0.0, inf, nan, tiny], [-0.0, -inf, 1, -top], [0, 1, 2, top]], dtype)
            rows = positive_zeros(rows) if function in EXTREMES else rows
            for axis in [None, 0, 1]:
                yield family_case("special values", function, rows, axis, **options)


def rounding(rng, function, dtype, shape):
    """Floats whose sums or products round at every step."""
    if function not in PRODUCTS:
        return inexact(rng, dtype, shape)
    values = [rng.uniform(0.5, 1.9) * rng.choice([1, -1]) for _ in range(int(np.prod(shape)))]
    return np.array(values, dtype).reshape(shape)


def family_masked(rng):
    """A masked element stays masked, and the elements around it do not see it."""
    patterns = {
        "all masked": "xxxx",
        "first masked": "xx____",
        "last masked": "____xx",
        "middle masked": "_xx_x__",
        "only the middle": "xx_xx",
    }
    for number, dtype in enumerate(DTYPES):
        for function, options in CALLS:
            for name, pattern in patterns.items():
                mask = [place == "x" for place in pattern]
                array = np.ma.array(some(rng, function, dtype, (len(mask),)), mask=mask)
                yield family_case(name, function, array, **options)
            axis = [None, 0, 1][number % 3]
            array = somewhere_masked(rng, some(rng, function, dtype, (3, 3)))
            yield family_case("masked", function, array, axis, **options)
            array[1, :] = np.ma.masked
            array[:, 2] = np.ma.masked
            yield family_case("lines masked", function, array, axis, **options)
    for dtype in FLOATS:
        for function, options in CALLS:
            for values in [
                [-0.0, 7, -0.0, 7, -0.0],
                [np.nan, 7, 1, np.inf, 7, 2, -np.inf],
                [1, 7, 0, 7, np.nan, -3],
                [7, 7, np.nan, 7, np.nan],
            ]:
                array = np.ma.masked_equal(np.array(values, dtype), 7)
                yield family_case("special between masked", function, array, **options)
            array = np.ma.masked_invalid(np.array([1.5, np.nan, -2, np.inf, 3], dtype))
            yield family_case("masked nan", function, array, **options)


def family_sizes(rng):
    """Lengths around those at which loops are unrolled, and some beyond."""
    for function, options in CALLS:
        for dtype, size in [("float32", 65), ("float64", 33), ("int32", 64), ("int64", 17)]:
            if dtype in FLOATS:
                array = rounding(rng, function, dtype, (size,))
            elif function in PRODUCTS:
                array = np.array([rng.choice([-1, 1]) for _ in range(size)], dtype)
            else:
                array = small(rng, dtype, (size,))
            yield family_case(f"size {size}", function, array, **options)
        for axis in [0, 1]:
            array = rounding(rng, function, "float32", (9, 5))
            yield family_case("size (9, 5)", function, array, axis, **options)
    for function in [*SUMS, *PRODUCTS, *EXTREMES]:
        array = rounding(rng, function, "float32", (1030,))
        yield family_case("size 1030", function, array, reverse=True)
        array = whole_range(rng, "int16", (1030,))
        yield family_case("size 1030", function, array, argument="int64", exclusive=True)


def family_situations(rng):
    """Errors, and what people ask of these functions."""
    for function, options in CALLS:
        for shape in [(), (3,), (2, 2), (2, 2, 2), (1, 2, 2, 2)]:
            dimensions = max(1, len(shape))
            for axis in (dimensions, -dimensions - 1):
                array = some(rng, function, "int32", shape)
                yield family_case("out of bounds", function, array, axis, **options)
    for function in ["cumulative_sum", "cumulative_prod"]:
        for shape in [(2, 3), (2, 1, 2), (0, 3), (1, 1)]:
            for dtype in ["bool", "float64"]:
                array = np.ones(shape, dtype)
                yield family_case("axis required", function, array)
                yield family_case("axis required", function, array, None, "int8", reverse=True)
                yield family_case("axis required", function, array, include_initial=True)
    for function, options in CALLS:
        for scalar in [3, 0, 2.5, True, np.float32("nan"), np.int8(-128)]:
            yield family_case("scalar", function, scalar, **options)
        yield family_case("counting", function, np.arange(1, 6), **options)
        yield family_case("counting down", function, np.arange(5, 0, -1, "int8"), -1, **options)
        yield family_case("table", function, np.arange(1, 7).reshape(2, 3), 1, **options)
        yield family_case("flags", function, np.array([True, True, False, True]), **options)
        for argument in ["bool", "int8"]:
            array = np.array([True, False, True])
            yield family_case("flags", function, array, None, argument, **options)
        array = np.array([0.0, 0.25, 2.0])
        yield family_case("fractions are true", function, array, None, "bool", **options)
        array = np.array([1.5, 1.5, -1.5])
        yield family_case("cast first", function, array, None, "int64", **options)
        array = np.asfortranarray(np.arange(1, 7).reshape(2, 3))
        yield family_case("layout", function, array, 0, **options)


TOPICS = [
    every_combination,
    sizes,
    empties,
    wrap_around,
    floats,
    masked,
    situations,
    family_combinations,
    family_empties,
    family_wrap_around,
    family_floats,
    family_masked,
    family_sizes,
    family_situations,
]

if __name__ == "__main__":
    main()
