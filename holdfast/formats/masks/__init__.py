"""Reading a tree of segmentation masks: its layout, its lists of classes, what the values mean."""
