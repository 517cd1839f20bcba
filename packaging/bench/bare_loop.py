"""The least that handshakes with many sites cost in Python: one bare asyncio loop, nothing judged.

Words: a file with a target (``host:port``) a line, all on 127.0.0.1, and how many at a time.
"""

import asyncio
import ssl
import sys
from pathlib import Path


async def one(host: str, port: int, context: ssl.SSLContext, gate: asyncio.Semaphore) -> bytes:
    """Shake hands, take the certificate, leave."""
    async with gate:
        _, writer = await asyncio.open_connection(
            "127.0.0.1", port, ssl=context, server_hostname=host
        )
        certificate: bytes = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
        writer.transport.abort()
        return certificate


async def main(targets: list[str], at_a_time: int) -> int:
    """0 when every site showed a certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.set_alpn_protocols(["h2", "http/1.1"])
    gate = asyncio.Semaphore(at_a_time)
    places = (target.rsplit(":", 1) for target in targets)
    found = await asyncio.gather(*(one(host, int(port), context, gate) for host, port in places))
    return 0 if all(found) else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main(Path(sys.argv[1]).read_text().split(), int(sys.argv[2]))))
