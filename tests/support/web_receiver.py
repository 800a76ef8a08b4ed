#!/usr/bin/env python3
"""A web service that behaves as services do, on a free port of 127.0.0.1, which it prints.

web_receiver.py REQUESTS ANSWER[,ANSWER...] [CERTIFICATE KEY]: answers each POST with the next ANSWER,
the last one again and again. Before it does, what came is appended to the file REQUESTS, as a line of
JSON. With a certificate it speaks TLS. Runs until it is killed. An ANSWER is

  200              any status
  307:URL          a status with a Location
  hang             nothing, for ever
  drip             a header without end, a byte now and then
  drop             closes without a word
  close            closes in the middle of a body of the status 200
  huge, huge500    a body without end, of the status 200 or 500
"""
import base64
import http.server
import json
import ssl
import sys
import threading


class Service(http.server.BaseHTTPRequestHandler):
    writing = threading.Lock()
    answers = sys.argv[2].split(",")

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        request = {"path": self.path, "headers": dict(self.headers),
                   "body": base64.b64encode(body).decode("ascii")}
        with self.writing, open(sys.argv[1], "a", encoding="utf-8") as requests:
            requests.write(json.dumps(request) + "\n")
            answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        try:
            self.answer(answer)
        except OSError:
            pass  # the client has had enough

    def answer(self, answer):
        status, _, location = answer.partition(":")
        if status == "hang":
            threading.Event().wait()
        elif status == "drip":
            self.wfile.write(b"HTTP/1.0 200 OK\r\nX-Drip: ")
            while not threading.Event().wait(0.05):
                self.wfile.write(b"x")
        elif status == "close":
            self.head(200, {"Content-Length": "1000"})
            self.wfile.write(b"begins")
        elif status in ("huge", "huge500"):
            self.head(500 if status == "huge500" else 200, {})
            while True:
                self.wfile.write(b"x" * 65536)
        elif status != "drop":
            self.head(int(status), {"Content-Length": "3",
                                    **({"Location": location} if location else {})})
            self.wfile.write(b"ok\n")

    def head(self, status, headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, *arguments):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        pass  # a client that does not trust the certificate


server = Server(("127.0.0.1", 0), Service)
if len(sys.argv) > 3:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[3], sys.argv[4])
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
print(server.server_port, flush=True)
server.serve_forever()
