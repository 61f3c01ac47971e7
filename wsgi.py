"""What gunicorn serves. Each process imports this after the fork: no connection is shared."""

from entrypoints.web import create_app

application = create_app()
