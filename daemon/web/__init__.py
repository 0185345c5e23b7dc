"""The web service: what it answers is plain values, and one module knows the framework.

    uvicorn (server.py) -> Starlette (asgi.py) -> a route of routes.py -> the store

To add to it, write a module with a function `routes(service)` that gives `Route`s, and add it to
the table in routes.py.
"""
