"""Claims in the style of published appendices, true and false, on which provers are measured."""
