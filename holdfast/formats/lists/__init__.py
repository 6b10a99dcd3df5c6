"""Files that name many images, whatever their format: whose image a name means, and what nobody names."""
