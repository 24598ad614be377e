"""Sessions for development: ``nox -l`` lists them, ``nox -s lint`` runs one. ``.ci/run`` needs no nox."""

import nox

nox.options.sessions = ["lint", "types", "tests"]
nox.options.default_venv_backend = "venv"


@nox.session(python=["3.11", "3.12", "3.13"])
def tests(session: nox.Session) -> None:
    """Run the tests against the installed package."""
    session.install(".[test]")
    session.run("pytest", *session.posargs)


@nox.session
def lint(session: nox.Session) -> None:
    """Check style and layout of Python and C++."""
    session.install("pre-commit", "ruff", "clang-format==23.1.*")
    session.run("pre-commit", "run", "--all-files", "--show-diff-on-failure", env={"SKIP": "mypy"})


@nox.session
def types(session: nox.Session) -> None:
    """Check the types of the package."""
    session.install(".[plot,dev]")
    session.run("mypy", "--strict")


@nox.session
def stubs(session: nox.Session) -> None:
    """Compare the stub of the extension with the extension."""
    session.install(".", "mypy")
    session.run("python", "-m", "mypy.stubtest", "--allowlist", ".ci/stubtest-allowlist", "maruyama._core")


@nox.session
def docs(session: nox.Session) -> None:
    """Build the pages; a warning ends it."""
    session.install(".[docs]")
    session.run("sphinx-build", "-W", "-b", "html", "docs", "docs/_build/html")


@nox.session
def bench(session: nox.Session) -> None:
    """Print the speed table, or run the benchmarks named on the command line."""
    session.install(".[test]")
    if session.posargs:
        session.run("pytest", *session.posargs)
    else:
        session.run("python", "bench/report.py")
