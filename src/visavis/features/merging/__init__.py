"""Several records of a type become one, and can become several again."""
