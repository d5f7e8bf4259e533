"""An `ab`: arms in turns, live at the same time, until it is decided which is slower."""
