"""Python, cryptography and one handshake: what no program made of them can be faster than.

Words: port, server name, file of the authority.
"""

import socket
import ssl
import sys

from cryptography import x509


def main(port: int, host: str, ca_file: str) -> None:
    """Shake hands with 127.0.0.1, and parse the certificate that was verified."""
    context = ssl.create_default_context(cafile=ca_file)
    with (
        socket.create_connection(("127.0.0.1", port)) as plain,
        context.wrap_socket(plain, server_hostname=host) as secure,
    ):
        shown = x509.load_der_x509_certificate(secure.getpeercert(binary_form=True) or b"")
        sys.stdout.write(f"{shown.subject.rfc4514_string()}\n")


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], sys.argv[3])
