"""Views of the HTML edge: ask one service, render."""
