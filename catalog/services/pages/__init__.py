"""Read models of the pages: one verb a page, all of it as one viewer sees it."""
