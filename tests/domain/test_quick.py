"""Values that are made quickly are like the others."""

from dataclasses import FrozenInstanceError, dataclass, field, replace

import pytest

from valence.domain import quick


@quick
@dataclass(frozen=True, slots=True)
class Pair:
    """Two values."""

    first: int
    second: str = "b"
    third: list[int] = field(default_factory=list, repr=False)


def test_it_is_a_frozen_dataclass() -> None:
    """Made by place or by name, with defaults, compared, hashed, shown, copied with changes."""
    made = Pair(1)
    assert (made.first, made.second, made.third) == (1, "b", [])
    assert made == Pair(first=1, second="b") == Pair(1, "b", [])
    assert Pair(1, third=[2]) != made
    assert made.third is not Pair(1).third
    assert repr(made) == "Pair(first=1, second='b')"
    assert replace(made, second="c") == Pair(1, "c")
    assert type(made) is Pair
    with pytest.raises(FrozenInstanceError):
        made.first = 2  # type: ignore[misc]
    with pytest.raises(TypeError, match="first"):
        Pair()  # type: ignore[call-arg]


def test_what_is_not_plain_is_refused() -> None:
    """At import, not at the first call."""

    @dataclass(frozen=True)
    class WithoutSlots:
        first: int

    @dataclass(frozen=True, slots=True)
    class WithMore:
        first: int = field(kw_only=True)

    @dataclass(frozen=True, slots=True)
    class WithWork:
        first: int

        def __post_init__(self) -> None:
            assert self.first

    for kind in (WithoutSlots, WithMore, WithWork):
        with pytest.raises(TypeError, match=kind.__name__):
            quick(kind)
