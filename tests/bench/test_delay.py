"""The network that measurements are made through."""

import socket
import socketserver
import threading
import time

from bench.delay import delayed


class Echo(socketserver.BaseRequestHandler):
    def handle(self):
        while piece := self.request.recv(1024):
            self.request.sendall(piece)


def test_each_message_takes_the_added_time_and_the_end_is_passed_on():
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Echo) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with delayed(server.server_address[1], 0.05) as port, socket.create_connection(("127.0.0.1", port)) as client:
            for message in (b"one", b"two"):
                started = time.monotonic()
                client.sendall(message)
                assert client.recv(1024) == message
                assert 0.05 <= time.monotonic() - started < 0.5
            client.shutdown(socket.SHUT_WR)
            assert client.recv(1024) == b""
        server.shutdown()
