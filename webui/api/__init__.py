"""`/api/v1` for programs: the same actions as the pages, described by OpenAPI; tokens and webhooks with their pages."""
