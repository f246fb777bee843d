"""DECIDE: compare what is declared with what runs, carry the difference out, keep state.

``resources`` and ``plan`` decide and are pure; ``state`` remembers; ``host`` is the process that holds it all.
"""
