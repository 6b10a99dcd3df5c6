"""Pascal VOC: one XML file an image, image sets as lists of stems (PASCAL VOC devkit, 2012)."""
