"""An invented force and its cases, told through the commands, for the demonstration and for trying things out."""
