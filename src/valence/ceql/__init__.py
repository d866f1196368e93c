"""CEQL, the `where` language: parsed to a tree, printed back, translated per vendor dialect.

Open `parser.py` first, then `translated.py` for what a dialect is; `evaluate.py` says how values
meet where the vendor cannot filter. `tests/ceql` is the specification, a table of lines. The room
does no I/O and refuses to guess: what a dialect cannot say is left to be evaluated here, where the
definition allows it, or an error that names it."""

from valence.ceql.dialects import STATEMENT_LANGUAGES, dialect, dialect_names, quoted_text
from valence.ceql.dialects.query_parameters import to_query_parameters
from valence.ceql.evaluate import compile_filter
from valence.ceql.expression_list import expression_list
from valence.ceql.nodes import (
    And,
    Comparison,
    Expression,
    InList,
    IsNull,
    Like,
    Operator,
    Or,
    Order,
    Path,
    Select,
    Value,
    to_text,
)
from valence.ceql.order_parameters import order_parameters
from valence.ceql.parser import parse, parse_fields, parse_order_by, parse_select
from valence.ceql.sort import sort_key, sort_records
from valence.ceql.statement import Slots, statement_headers, written
from valence.ceql.translated import Dialect, Translated

__all__ = [
    "STATEMENT_LANGUAGES",
    "And",
    "Comparison",
    "Dialect",
    "Expression",
    "InList",
    "IsNull",
    "Like",
    "Operator",
    "Or",
    "Order",
    "Path",
    "Select",
    "Slots",
    "Translated",
    "Value",
    "compile_filter",
    "dialect",
    "dialect_names",
    "expression_list",
    "order_parameters",
    "parse",
    "parse_fields",
    "parse_order_by",
    "parse_select",
    "quoted_text",
    "sort_key",
    "sort_records",
    "statement_headers",
    "to_query_parameters",
    "to_text",
    "written",
]
