"""Commands of the command line, one module each; `formal.cli` has the others. They import what is heavy when they run."""
