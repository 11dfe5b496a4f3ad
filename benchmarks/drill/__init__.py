"""What `script/drill` does: a whole production site on this machine, hurt, restored, upgraded."""
