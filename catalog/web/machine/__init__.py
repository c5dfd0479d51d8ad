"""Pages for machines: each page as Markdown and as JSON, beside its HTML."""
