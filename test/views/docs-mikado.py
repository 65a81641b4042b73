"""Asks a docs-mikado what it shows. One {script, root} a line in, {goals, chains, cycles} a line out."""

import importlib.machinery
import importlib.util
import json
import re
import sys
from pathlib import Path


class Recorder:
    """Stands for rich's Console and Table: what they are given, kept."""

    def __init__(self, *_args, **_kwargs):
        self.given = []
        Recorder.last = self

    def print(self, *parts, **_kwargs):
        self.given.extend(parts)

    def add_row(self, *cells):
        self.given.append(cells)

    def add_column(self, *_args, **_kwargs):
        pass


def load(script):
    loader = importlib.machinery.SourceFileLoader("docs_mikado", script)
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("docs_mikado", loader))
    sys.dont_write_bytecode = True
    loader.exec_module(module)
    module.Console = module.Table = Recorder
    return module


def run_main(module, **words):
    known = module.main.__code__.co_varnames[: module.main.__code__.co_argcount]
    console = None

    class Console(Recorder):
        def __init__(self, *args, **kwargs):
            nonlocal console
            super().__init__(*args, **kwargs)
            console = self

    module.Console = Console
    try:
        module.main(**{name: words.get(name, None if name == "card" else False) for name in known})
    except module.typer.Exit:
        pass
    return console.given


def rows(given):
    """The chain as it is drawn: how each card is told, and which."""
    kinds = [
        ("active", r"^\[bold\]\[active\] (\S+)\[/bold\] — "),
        ("complete", r"^\s*\[green\]\[complete\]\[/green\] (\S+) — "),
        ("again", r"^\s*\[dim\](?:↑ (\S+) — .*shared dep|\(circular: (\S+)\))"),
        ("missing", r"^\s*\[red\]\(missing: (\S+)\)"),
    ]
    for part in given:
        if not isinstance(part, str) or "\n" in part:
            continue
        for kind, pattern in kinds:
            found = re.match(pattern, part)
            if found:
                yield [kind, next(group for group in found.groups() if group)]


def answer(script, newest, root):
    module = load(script)
    module.DOCS_DIR = Path(root) / "docs"
    module.REPO_DIR = Path(root)
    cards = module.build_graph()
    leaves = getattr(module, "find_ready_leaves", newest.find_ready_leaves)
    goals = []
    for table in [part for part in run_main(module) if isinstance(part, Recorder)]:
        for cells in table.given:
            goal = re.sub(r"\[/?bold\]", "", cells[0])
            active, total = int(cells[-2]), int(cells[-1])
            branch = cards[goal].get("branch")
            title = cards[goal]["title"]
            goals.append(
                {"id": goal, "title": title, "branch": branch, "active": active, "total": total, "ready": leaves(cards, goal)}
            )
    chains = {goal["id"]: list(rows(run_main(module, card=goal["id"]))) for goal in goals}
    return {"goals": goals, "chains": chains, "cycles": module.detect_cycles(cards)}


def main():
    newest = load(sys.argv[1])
    for line in sys.stdin:
        asked = json.loads(line)
        print(json.dumps(answer(asked["script"], newest, asked["root"])), flush=True)


main()
