"""Bundles in which cases are given away, with what proves them: one ZIP file, to be checked without Longcase."""
