"""The API's nouns: types, inputs, scalars, loaders, context."""
