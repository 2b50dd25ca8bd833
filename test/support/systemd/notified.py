"""Prints each datagram of a unix socket as a line of JSON: what systemd would hear."""
import json, socket, sys, time

name = sys.argv[1]
listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
listener.bind("\0" + name[1:] if name.startswith("@") else name)
print(json.dumps({"listening": name}), flush=True)
while True:
    text = listener.recv(65536).decode()
    fields = dict(line.split("=", 1) for line in text.split("\n"))
    print(json.dumps({"at": time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000, **fields}), flush=True)
