"""SERVE: a TLS gateway before each cache, in a process of its own.

``python -m cdk_elasticache.local.data_plane`` reads JSON lines: ``{"snapshot": …}`` first, again at each
change, ``{"stop": true}`` at the end; it ends too when its standard input does. It writes JSON lines:

=====================================================  =================================================
``{"event": "ready"}``                                 every port answers
``{"event": "applied"}``                               a later snapshot is in force
``{"event": "refused", "user", "reason", "remedies"}`` an IAM user did not get in; what to add
``{"event": "unread", "principal", "policies"}``       nobody here knows what these policies of a principal say
``{"event": "counters", …}``                           at most each second, what was used so far
``{"event": "failed", "reason"}``                      it cannot serve, and ends with status 1
=====================================================  =================================================

In reading order: ``snapshot.py`` what is served; ``resp.py`` requests and ``replies.py`` replies of the
protocol; ``rules.py`` what holds for every connection, ``plain.py`` the fast way through; ``gate.py`` one
connection, ``views.py`` the replies that it rewrites; ``memcache.py`` the gate of Memcached; ``meter.py`` what it
costs, ``usage.py`` what is told of it; ``identity.py`` who may enter; ``gateway.py`` the sockets; ``service.py``
the gateway's life, ``process.py`` the same as its owner sees it; ``certificates.py`` the local authority, for the
owner only.
"""
