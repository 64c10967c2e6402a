"""The Suno API as a contract: what is asked, what is answered, by which rules. Holds no models and no state.

`operations` lists every call; `schemas` and `checks` say what may be asked and what comes back, `limits` and
`prices` are its numbers, `client` asks and `serving` answers.
"""
