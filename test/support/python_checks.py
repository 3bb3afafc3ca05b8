"""Looks at rendered Python projects without running them. Prints one problem a line.

Usage: python_checks.py <folder>..., each with a pyproject.toml and src/<package>.
"""

import ast
import re
import sys
from pathlib import Path

BUILT_IN = set(sys.stdlib_module_names)
DISTRIBUTIONS = {"mcp": {"mcp"}, "python-dotenv": {"dotenv"}, "pyjwt": {"jwt"}}
"""Modules of what a project depends on, where they are not called like it."""

BROUGHT = {"mcp": {"pydantic"}, "boto3": {"botocore"}, "jwt": {"cryptography"}}
"""Modules of what these bring, in whose terms their documentation speaks."""

TOOLS = {"ruff", "pyright", "pytest"}
"""Used by their commands."""


def dependencies(text: str, table: str) -> set[str]:
    """The names in one list of a pyproject.toml, which Python 3.10 cannot read itself."""
    found = re.search(rf"^{table} = \[(.*?)\]$", text, re.MULTILINE | re.DOTALL)
    names = re.findall(r'"([\w.-]+)(?:\[[^]]*\])?[<>=~]', found[1]) if found else []
    return {module for name in names for module in DISTRIBUTIONS.get(name, {name.replace("-", "_")})}


def check(project: Path) -> list[str]:
    """What is wrong with one project."""
    [package] = [path for path in (project / "src").iterdir() if path.is_dir()]
    manifest = (project / "pyproject.toml").read_text(encoding="utf-8")
    production = dependencies(manifest, "dependencies")
    development = dependencies(manifest, "dev")
    problems: list[str] = []
    used: set[str] = set()
    edges: dict[str, set[str]] = {}
    places = {package.name: "src", "support": "tests", "migrate": "scripts"}
    for path in sorted(one for top in ("src", "tests", "scripts") for one in (project / top).rglob("*.py")):
        name = path.relative_to(project).as_posix()
        try:
            tree = compile(path.read_text(encoding="utf-8"), name, "exec", ast.PyCF_ONLY_AST)
        except SyntaxError as error:
            problems.append(f"{name}: {error}")
            continue
        for module in imports(tree, path, project / path.relative_to(project).parts[0], package.name):
            root = module.split(".")[0]
            if root in places:
                base = project / places[root]
                target = base.joinpath(*module.split("."))
                found = next((one for one in (target.with_suffix(".py"), target / "__init__.py") if one.exists()), None)
                if found is None:
                    # A name of a module, and not a module.
                    parent = target.parent
                    found = next(
                        (one for one in (parent.with_suffix(".py"), parent / "__init__.py") if one.exists()), None
                    )
                if found is None:
                    problems.append(f"{name}: imports {module}, which is not there")
                else:
                    edges.setdefault(name, set()).add(found.relative_to(project).as_posix())
            elif root not in BUILT_IN:
                used.add(root)
                allowed = production if name.startswith("src/") else production | development
                brought = {one for distribution in allowed for one in BROUGHT.get(distribution, ())}
                if root not in allowed | brought:
                    problems.append(f"{name}: imports {root}, which is no dependency")
    problems += [f"pyproject.toml: {one} is not used" for one in sorted((production | development) - used - TOOLS)]
    return problems + unloaded(project, package.name, edges)


def imports(tree: ast.AST, path: Path, source: Path, package: str) -> list[str]:
    """The modules that a file imports, each as an absolute name, and for `from x import y` of its own also `x.y`."""
    names: list[str] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            if node.level:
                parts = path.relative_to(source).parts[: -node.level]
                module = ".".join([*parts, *([module] if module else [])])
                names += [f"{module}.{alias.name}" for alias in node.names]
            else:
                names.append(module)
                if module.split(".")[0] == package:
                    names += [f"{module}.{alias.name}" for alias in node.names]
    return names


def unloaded(project: Path, package: str, edges: dict[str, set[str]]) -> list[str]:
    """Modules of the package that its entries never load."""
    loaded: set[str] = set()
    waiting = [f"src/{package}/__init__.py", f"src/{package}/__main__.py", f"src/{package}/main.py"]
    while waiting:
        name = waiting.pop()
        if name in loaded:
            continue
        loaded.add(name)
        waiting += edges.get(name, set())
        # Importing a module loads the packages that it is in.
        waiting += [f"{parent}/__init__.py" for parent in map(str, Path(name).parents) if parent.startswith("src/")]
    every = {path.relative_to(project).as_posix() for path in (project / "src").rglob("*.py")}
    return [f"{name}: is never loaded" for name in sorted(every - loaded)]


if __name__ == "__main__":
    for argument in sys.argv[1:]:
        folder = Path(argument)
        for problem in check(folder):
            print(f"{folder.name}/{problem}")
