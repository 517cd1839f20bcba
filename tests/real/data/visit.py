"""As any script does it: CA file, host, port and seconds are the arguments."""

import http.client
import socket
import ssl
import sys

ca_file, host, port, seconds = sys.argv[1:]
context = ssl.create_default_context(cafile=ca_file)
plain = socket.create_connection(("127.0.0.1", int(port)), float(seconds))
with context.wrap_socket(plain, server_hostname=host) as tls:
    tls.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    answer = http.client.HTTPResponse(tls)
    answer.begin()
    print(answer.status)
