"""Holds in every Python process that is started with this folder on its path.

It is cut off the network, though connections to this machine itself stay open, since a
notebook talks to its kernel by them. And a warning that a line of the course calls
forth, in a cell or in ``helpers``, is an error, because a learner would read it. Not so
a deprecation: on a newer version of a package it says nothing yet about the course, and
the tests of ``helpers`` hear it anyway.
"""

import ipaddress
import sys
import warnings

WATCHED = ("socket.connect", "socket.sendto", "socket.getaddrinfo")
OURS = r"(helpers|__main__)(\.|$)"

for category in (UserWarning, RuntimeWarning):
    warnings.filterwarnings("error", category=category, module=OURS)


def _is_here(host):
    if host in ("", "localhost", None):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _refuse_the_network(event, arguments):
    if event not in WATCHED:
        return
    address = arguments[0] if event == "socket.getaddrinfo" else arguments[1]
    host = address[0] if isinstance(address, tuple) else address
    is_local_file = isinstance(address, (str, bytes)) and event != "socket.getaddrinfo"
    if not is_local_file and not _is_here(host):
        raise OSError(f"the course must run offline, but asked for {host!r}")


sys.addaudithook(_refuse_the_network)
