"""KubeVirt's API as JSON Schema: what a release has, and what is wrong with an object."""
