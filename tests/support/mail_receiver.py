#!/usr/bin/env python3
"""A mail server on a free port of 127.0.0.1, which it prints.

mail_receiver.py MAILS REFUSED [CERTIFICATE KEY]: takes mail for everybody but those of REFUSED, a list
with commas; `-` is nobody, `everything` refuses the whole mail after its data, `hang` never greets.
With a certificate it offers STARTTLS and, under TLS, AUTH. What it took is appended to the file MAILS, as
a line of JSON. Runs until it is killed.
"""
import base64
import json
import socketserver
import ssl
import sys
import threading

REFUSED = sys.argv[2].split(",")
CONTEXT = None
if len(sys.argv) > 3:
    CONTEXT = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    CONTEXT.load_cert_chain(sys.argv[3], sys.argv[4])


class Session(socketserver.StreamRequestHandler):
    writing = threading.Lock()

    def say(self, line):
        self.wfile.write(line.encode("ascii") + b"\r\n")

    def handle(self):
        if "hang" in REFUSED:
            threading.Event().wait()
        self.tls = False
        self.mail = {"from": "", "to": [], "auth": ""}
        self.say("220 receiver ready")
        try:
            while True:
                line = self.rfile.readline()
                if not line or not self.command(line.rstrip(b"\r\n").decode("ascii", "replace")):
                    return
        except OSError:
            return  # a client that does not trust the certificate, or has no time left

    def command(self, line):
        verb = line.split(" ")[0].upper()
        if verb in ("EHLO", "HELO"):
            features = ["receiver"]
            if CONTEXT and not self.tls:
                features.append("STARTTLS")
            if self.tls:
                features.append("AUTH PLAIN")
            for number, feature in enumerate(features):
                self.say("250" + (" " if number + 1 == len(features) else "-") + feature)
        elif verb == "STARTTLS" and CONTEXT:
            self.say("220 go ahead")
            self.wfile.flush()
            self.request = CONTEXT.wrap_socket(self.request, server_side=True)
            self.setup()
            self.tls = True
        elif verb == "AUTH":
            words = line.split(" ")
            if len(words) < 3:
                self.say("334 ")
                words.append(self.rfile.readline().strip().decode("ascii"))
            self.mail["auth"] = base64.b64decode(words[2]).decode("utf-8")
            self.say("235 welcome")
        elif verb == "MAIL":
            self.mail["from"] = line[line.index("<") + 1:line.index(">")]
            self.say("250 go on")
        elif verb == "RCPT":
            address = line[line.index("<") + 1:line.index(">")]
            if address in REFUSED:
                self.say("550 5.1.1 nobody of that name")
            else:
                self.mail["to"].append(address)
                self.say("250 go on")
        elif verb == "DATA":
            self.take()
        elif verb == "QUIT":
            self.say("221 bye")
            return False
        else:
            self.say("250 well")
        return True

    def take(self):
        self.say("354 go ahead")
        data = b""
        for line in iter(self.rfile.readline, b".\r\n"):
            data += line[1:] if line.startswith(b".") else line
        if "everything" in REFUSED:
            return self.say("552 5.2.2 no room")
        self.mail["data"] = base64.b64encode(data).decode("ascii")
        self.mail["tls"] = self.tls
        with self.writing, open(sys.argv[1], "a", encoding="utf-8") as mails:
            mails.write(json.dumps(self.mail) + "\n")
        return self.say("250 taken")


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True

    def handle_error(self, request, client_address):
        pass


server = Server(("127.0.0.1", 0), Session)
print(server.server_address[1], flush=True)
server.serve_forever()
