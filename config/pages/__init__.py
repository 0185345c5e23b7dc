"""The words of the web pages, and the page."""
