#!/usr/bin/env python3
"""A web service for the tests of examples/web_post, on a free port of 127.0.0.1, which it prints.

web_server.py STATUS[,STATUS...] REQUESTS: answers each POST with the next STATUS, the last one again
and again, and never when that is `hang`. Before it does, what came is appended to the file REQUESTS,
as a line of JSON. Runs until it is killed.
"""
import http.server
import json
import sys
import threading
import time


class Service(http.server.BaseHTTPRequestHandler):
    writing = threading.Lock()
    answers = sys.argv[1].split(",")

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode("utf-8")
        request = {"path": self.path, "headers": dict(self.headers), "body": json.loads(body)}
        with self.writing, open(sys.argv[2], "a", encoding="utf-8") as requests:
            requests.write(json.dumps(request) + "\n")
            answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if answer == "hang":
            time.sleep(600)
        self.send_response(int(answer))
        self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", "3")
        self.end_headers()
        self.wfile.write(b"ok\n")

    def log_message(self, *arguments):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Service)
server.daemon_threads = True
print(server.server_port, flush=True)
server.serve_forever()
