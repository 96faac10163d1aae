"""`python -m cnnviz`: the command, with the Python that is meant, also where no folder of scripts is in the path."""

from cnnviz.cli import app

app(prog_name="cnnviz")
