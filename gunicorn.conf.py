"""How the program is served; `gunicorn`, started beside this file, reads it by itself.

GUNICORN_CMD_ARGS in the environment wins over it.
"""

import gc
import os

wsgi_app = "kashan_diplomacy.wsgi"
bind = os.environ.get("BIND", "127.0.0.1:8001")

# Threads: an export that takes minutes then keeps one of them busy, and a worker that
# sends it is not taken for dead.
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 8

# Longer than the proxy keeps a connection, or it would ask on one just closed.
keepalive = 75
# Requests that run when the program is stopped or updated may finish.
graceful_timeout = 30
# Nobody commands it through a socket, and where it may not write one it would complain.
control_socket_disable = True


def post_worker_init(worker):
    """Search for cyclic garbage seldom: a page makes thousands of objects and hardly a
    cycle, and to look through them and the whole program cost a fifth of its time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000)
