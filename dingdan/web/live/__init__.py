"""The live door: one connection over which a browser is told what happens, as it happens."""
