"""Every sentence that a person reads on GitHub. Foreign text passes `quoted`, without exception."""
