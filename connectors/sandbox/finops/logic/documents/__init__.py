"""Sales documents: quotations, orders, and what posting makes of them."""
