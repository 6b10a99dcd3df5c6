"""CSV lists of annotations: what their columns are, and what their rows say."""
