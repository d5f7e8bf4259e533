"""What pages are made of: blocks, charts that are chosen from, HTML, a script and a style."""
