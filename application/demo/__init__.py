"""An invented force and its cases, told through the commands, to be shown and tried."""
