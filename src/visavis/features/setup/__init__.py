"""What a workspace is called, and its currency and language."""
