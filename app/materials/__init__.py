"""Materials: what people upload, how it is kept, examined and shown."""
