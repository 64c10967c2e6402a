"""The contract's calls as this engine answers them, a module a kind: music, words, what is made of takes, files.

Each handler takes the account and the request of its operation, which keeps the contract's rules already.
"""
