"""READ: a template, a cloud assembly or an app in; declared resources, as plain values, out.

Two steps, so that the second stays pure: :func:`~.load.load` reads the disk and gives a bundle of templates,
:func:`~.declare.declare` resolves what they declare. AWS is never contacted, and a template or an assembly
starts no process.
"""
