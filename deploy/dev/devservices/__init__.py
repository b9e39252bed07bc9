"""The real services for tests: installed from Debian and Maven Central, run on loopback.

Standard library only, so that a machine with nothing but Python 3.11 and apt can use it.
"""
