"""Hugging Face's imagefolder: the metadata files beside images.

https://huggingface.co/docs/datasets/image_dataset#imagefolder
"""
