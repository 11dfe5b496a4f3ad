"""Builds served side by side: `script/bench --against REV`, `growth` and `crowd`."""
