"""Every mutant of a file: its code with one operator, number or branch changed, by cosmic-ray's operators.

Only what lies inside a function counts: a rule's text or a constant of a module is compared by reading, not by running.
"""

import ast
import difflib
import inspect
from dataclasses import dataclass
from types import CodeType

from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator

from .targets import REPOSITORY

# One opposite for each operator: cosmic-ray's hundred others of `==` and `+` are killed by the same tests.
OPERATORS = (
    *("AddNot", "NumberReplacer", "ReplaceAndWithOr", "ReplaceOrWithAnd"),
    *("ReplaceTrueWithFalse", "ReplaceFalseWithTrue", "ReplaceUnaryOperator_Delete_Not", "ZeroIterationForLoop"),
    *("ReplaceBreakWithContinue", "ReplaceContinueWithBreak"),
    *(
        f"ReplaceComparisonOperator_{change}"
        for change in ("Eq_NotEq", "NotEq_Eq", "Is_IsNot", "IsNot_Is", "Lt_LtE", "LtE_Lt", "Gt_GtE", "GtE_Gt")
    ),
    *(
        f"ReplaceBinaryOperator_{change}"
        for change in ("Add_Sub", "Sub_Add", "Mul_Div", "Div_Mul", "BitAnd_BitOr", "BitOr_BitAnd")
    ),
)


_COMPREHENSIONS = ("<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>")


@dataclass(frozen=True)
class Mutant:
    """One change.

    Args:
        file: path in the repository.
        operator: cosmic-ray's name of the kind of change.
        occurrence: which place of this kind in the file.
        function: the function that is changed; of one within another, the outer one.
        lines: first and last line of the statement.
        before: the line as it is.
        after: the line as it would be.
    """

    file: str
    operator: str
    occurrence: int
    function: str
    lines: tuple[int, int]
    before: str
    after: str


def mutants(file):
    """Every mutant of a file that changes a function."""
    source = (REPOSITORY / file).read_text()
    tree, statements = get_ast(source), list(_statements(source))
    found = []
    for name in OPERATORS:
        operator = get_operator(f"core/{name}")()
        places = [place for node in ast_nodes(tree) for place in operator.mutation_positions(node)]
        for occurrence, ((line, _), _) in enumerate(places):
            after = mutated(source, operator, occurrence)
            was, becomes = _difference(source, after)
            # cosmic-ray also takes the star before keyword-only arguments for a multiplication.
            pairs = changed(source, after, file) if was.replace("*,", "/,") != becomes else ()
            if pairs:
                function = min((code.co_qualname for code, _ in pairs), key=len).partition(".<locals>")[0]
                found.append(Mutant(file, name, occurrence, function, _around(statements, line), was, becomes))
    return found


def mutated(source, operator, occurrence):
    """A file with one change, and no line fewer: cosmic-ray takes the line break before a number away with it."""
    after = mutate_code(source, operator, occurrence)
    lost = source.count("\n") - after.count("\n")
    lines = after.splitlines(keepends=True)
    differs = next(
        n for n, pair in enumerate(zip(source.splitlines(keepends=True), lines, strict=False), 1) if len({*pair}) > 1
    )
    return "".join([*lines[:differs], "\n" * lost, *lines[differs:]])


def changed(source, after, file):
    """Pairs of code objects that differ, of functions; none where the change is no Python, such as `not a := b`."""
    try:
        was, becomes = (
            {(code.co_qualname, code.co_firstlineno): code for code in _functions(compile(text, file, "exec"))}
            for text in (source, after)
        )
    except SyntaxError:
        return []
    # A branch that is never taken is compiled away, with the functions in it.
    return [(was[name], becomes[name]) for name in was.keys() & becomes.keys() if was[name] != becomes[name]]


def swapped(mutant):
    """The functions that a mutant changes: pairs of code objects."""
    source = (REPOSITORY / mutant.file).read_text()
    after = mutated(source, get_operator(f"core/{mutant.operator}")(), mutant.occurrence)
    return changed(source, after, mutant.file)


def _functions(code, *, within=False):
    """Every function of a module's code, however deep, in order; no comprehension that makes a constant of a module."""
    for inner in code.co_consts:
        if isinstance(inner, CodeType) and (within or inner.co_name not in _COMPREHENSIONS):
            function = bool(inner.co_flags & inspect.CO_OPTIMIZED)  # a class body is not
            if function:
                yield inner
            yield from _functions(inner, within=within or function)


def _statements(source):
    """First and last line of each statement; of an `if`, `for`, `with` or `def` only what comes before its body."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.stmt):
            body = getattr(node, "body", None)
            yield node.lineno, max(node.lineno, body[0].lineno - 1) if body else node.end_lineno


def _around(statements, line):
    return max(((first, last) for first, last in statements if first <= line <= last), default=(line, line))


def _difference(source, after):
    lines = [line for line in difflib.ndiff(source.splitlines(), after.splitlines()) if line.startswith(("- ", "+ "))]
    return tuple(" ".join(line[2:].strip() for line in lines if line.startswith(sign)) for sign in "-+")
