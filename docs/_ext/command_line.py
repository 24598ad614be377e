"""The directive ``command-line``: each command of ``maruyama`` with its options, read from the program itself."""

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from typer.main import get_command

from maruyama.cli import app as program


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directive."""
    app.add_directive("command-line", CommandLine)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


class CommandLine(SphinxDirective):
    """A rubric, a sentence and a table of options for each command."""

    def run(self) -> list[nodes.Node]:
        """The text of all commands, parsed as reStructuredText."""
        commands = sorted(get_command(program).commands.items())
        text = [line for name, command in commands for line in _lines(name, command)]
        holder = nodes.container()
        self.state.nested_parse(StringList(text, "command line"), self.content_offset, holder)
        return holder.children


def _lines(name: str, command) -> list[str]:
    options = [option for option in command.params if "--help" not in option.opts]
    lines = [f".. rubric:: maruyama {name}", "", *(command.help or "").splitlines(), ""]
    if options:
        lines += [".. list-table::", "   :header-rows: 1", "   :widths: 30 20 50", ""]
        lines += _row("option", "default", "meaning")
        for option in options:
            lines += _row(*_cells(option))
    return [*lines, ""]


def _cells(option) -> tuple[str, str, str]:
    names = ", ".join(f"``{name}``" for name in (*option.opts, *option.secondary_opts))
    default = "" if option.default is None else f"``{option.default}``"
    return names, default, option.help or ""


def _row(*cells: str) -> list[str]:
    return [f"   {'* -' if k == 0 else '  -'} {cell}" for k, cell in enumerate(cells)]
