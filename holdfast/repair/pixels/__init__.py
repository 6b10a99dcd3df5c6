"""Images stored in another way, without loss: pictures of strangers are decoded in a process of its own."""
