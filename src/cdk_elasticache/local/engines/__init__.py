"""The server processes: started and answering, watched, stopped; none outlives the runtime.

1. ``process.py``    any server: a process that is ready, or an error with its last lines.
2. ``admin.py``      the runtime's own connection to a Valkey.
3. ``acl.py``        a user of ElastiCache as rules of the engine.
4. ``valkey.py``     one cache's Valkey: found, configured, writable at once.
5. ``syncing.py``    what a Valkey has written, brought to the disk each second.
6. ``listening.py``  whether a process listens on a TCP port, which none may.
7. ``memcached.py``  one cache's memcached.
"""
