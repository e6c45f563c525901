"""Fund risk: rules over the record and the payrolls as paid; what they find becomes cases."""
