from lints import limits


def function(lines: int) -> str:
    return "def long():\n" + "    pass\n" * (lines - 1)


def test_a_function_at_the_limit_passes() -> None:
    assert list(limits.check_file("src/visavis/a.py", function(60))) == []


def test_a_function_over_the_limit_is_named_with_its_length() -> None:
    (violation,) = limits.check_file("src/visavis/a.py", "\n" + function(61))
    assert (violation.rule, violation.line, violation.size) == ("function-length", 2, 61)
    assert "long has 61 lines" in str(violation)


def test_methods_and_inner_functions_are_measured_too() -> None:
    source = "class A:\n    async def b(self):\n        def c():\n            pass\n"
    assert list(limits.functions(source)) == [("b", 2, 3), ("c", 3, 2)]


def test_a_python_file_may_have_500_lines() -> None:
    assert list(limits.check_file("a.py", "x = 1\n" * 500)) == []
    (violation,) = limits.check_file("a.py", "x = 1\n" * 501)
    assert violation.rule == "file-length"


def test_a_file_of_the_page_may_have_250_lines() -> None:
    assert list(limits.check_file("ui/src/a.tsx", "const a = 1;\n" * 250)) == []
    (violation,) = limits.check_file("ui/src/a.tsx", "const a = 1;\n" * 251)
    assert violation.size == 251
    assert list(limits.check_file("ui/tests/a.test.tsx", "const a = 1;\n" * 251)) == []
