"""The rules as the API server evaluates them: a ValidatingAdmissionPolicy in CEL."""
