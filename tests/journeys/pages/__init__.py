"""Every page of the product, looked at in a real browser as everybody who may open it."""
