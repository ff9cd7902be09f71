"""Pictures as SVG: the lanes of a case, and the stalled cases by cause and age."""
