"""References: what names an image besides its folder, and follows when it moves or goes."""
