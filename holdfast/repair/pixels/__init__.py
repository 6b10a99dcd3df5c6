"""Images stored in another way: pictures of strangers are decoded in a process of its own."""
