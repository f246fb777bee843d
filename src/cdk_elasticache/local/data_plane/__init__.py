"""SERVE: a TLS gateway before each cache, in a process of its own.

``python -m cdk_elasticache.local.data_plane`` reads JSON lines: ``{"snapshot": …}`` first, again at each
change, ``{"stop": true}`` at the end; it ends too when its standard input does. It writes JSON lines:

=====================================================  =================================================
``{"event": "ready"}``                                 every port answers
``{"event": "applied"}``                               a later snapshot is in force
``{"event": "refused", "user", "reason", "remedies"}`` an IAM user did not get in; what to add
``{"event": "counters", …}``                           at most each second, what was used so far
``{"event": "failed", "reason"}``                      it cannot serve, and ends with status 1
=====================================================  =================================================

In reading order: ``snapshot.py`` what is served; ``resp.py`` requests and ``replies.py`` replies of the
protocol; ``topology.py`` one node shown as two; ``gate.py`` one connection's rules; ``meter.py`` what it
costs; ``identity.py`` who may enter; ``gateway.py`` the sockets; ``process.py`` the gateway as its owner
sees it; ``certificates.py`` the local authority, for the owner only.
"""
