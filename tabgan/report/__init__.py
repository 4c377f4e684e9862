"""Results as text and pictures. Renders what others computed."""
