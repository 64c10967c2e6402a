"""From a prompt to a finished song: understanding, words, composition, singing, instruments, mix and master.

Plain Python without Django. `production.plan` decides everything about a song, `production.render` makes it.
"""
