"""A plan: what it is, its file, and the acts that its mentions of images become."""
