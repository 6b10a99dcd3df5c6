"""Reading a YOLO tree: configuration, layout, label files."""
