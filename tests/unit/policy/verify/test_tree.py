"""Trees of views: what is compared, and what is only how a text was written."""

from __future__ import annotations

from amanat.connect.postgresql import _unwrapped
from amanat.policy.verify.postgres.tree import compared, stored

RELATION = "{RANGETBLENTRY :alias {ALIAS :aliasname %s :colnames <>} :rtekind 0 :relid %d}"
INNER = (
    "{QUERY :rtable ("
    + RELATION % ("h", 2)
    + ") :quals {OPEXPR :args ({VAR :varno %d :varattno 1 :vartype 23 :varlevelsup 0 :varnosyn %d :varattnosyn 1 :location 5} {VAR :varno %d :varattno 1 :vartype 23 :varlevelsup 1 :varnosyn %d :varattnosyn 1 :location 6})} :jointree ({RANGETBLREF :rtindex 1})}"
)


def query(tables: str, at: int, of_view: int, location: int) -> str:
    return (
        f"{{QUERY :rtable ({tables}) :jointree ({{RANGETBLREF :rtindex {of_view}}}) :quals "
        + INNER % (at, at, of_view, of_view)
        + f" :target {{VAR :varno {of_view} :varattno 2 :vartype 25 :varlevelsup 0 :varnosyn {of_view}"
        f" :varattnosyn 2 :location {location}}}}}"
    )


PLAIN = query(RELATION % ("t", 1), 1, 1, 40)
OLD = " ".join(RELATION % (name, 9) for name in ("old", "new")) + " " + RELATION % ("t", 1)


def test_where_a_text_was_written_does_not_count() -> None:
    written = "{FUNCEXPR :funcid 3060 :funcformat 1 :args <> :location 17} :stmt_location 0 :stmt_len 9}"
    kept = "{FUNCEXPR :funcid 3060 :funcformat 0 :args <> :location -1} :stmt_location -1 :stmt_len -1}"
    assert compared(written) == compared(kept)
    assert compared(written) != compared(written.replace("3060", "16400"))


def test_a_name_that_looks_like_a_place_counts() -> None:
    assert compared("{TE :resname a\\ :location\\ 5}") != compared("{TE :resname a\\ :location\\ 6}")


def test_up_to_15_a_stored_view_counts_its_own_rows_first() -> None:
    assert stored(f"({query(OLD, 1, 3, -1)})", 150000) == compared(PLAIN)
    assert stored(f"({PLAIN})", 160000) == compared(PLAIN)
    assert stored(f"({query(OLD, 1, 4, -1)})", 150000) != compared(PLAIN)


def test_a_tree_is_put_together_as_it_was_before_the_server_broke_its_lines() -> None:
    words = " ".join(f":word{number} {'x' * (number % 23)}" for number in range(200))
    name = ":resname " + "\\ ".join(["long"] * 30)
    for tree in (words, f"{words} {name} {words}", "x" * 300):
        assert _unwrapped(_wrapped(tree).encode()) == tree


def _wrapped(tree: str) -> str:
    """Lines as the server breaks them: at 78 bytes, at the last space if there is one."""
    lines: list[str] = []
    while tree:
        line, rest = tree[:78], tree[78:]
        if rest.startswith(" "):
            rest = rest[1:]
        elif rest and line.rfind(" ") > 0:
            cut = line.rfind(" ")
            line, rest = line[:cut], line[cut + 1 :] + rest
        lines.append(line)
        tree = rest
    return "".join(f"{line}\n" for line in lines)
