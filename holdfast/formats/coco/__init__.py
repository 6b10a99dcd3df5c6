"""Reading COCO: JSON files of any size, in windows; which images they mean, and what they say of them."""
