"""Does for its arguments what systemd does with a socket unit: holds a port, hands it over, starts the program again."""
import ctypes, os, signal, socket, sys

held = socket.create_server(("127.0.0.1", int(os.environ.get("TEST_PORT", "0"))), backlog=512)
child = 0
stopping = False


def stop(number, _frame):
    global stopping
    stopping = True
    os.kill(child, number)


signal.signal(signal.SIGTERM, stop)
print(f"holds {held.getsockname()[1]}", flush=True)
while not stopping:
    child = os.fork()
    if child == 0:
        # PR_SET_PDEATHSIG: a test that fails kills this program, and nothing may outlive it.
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)
        if held.fileno() == 3:
            os.set_inheritable(3, True)
        else:
            os.dup2(held.fileno(), 3)
        own = str(os.getpid())
        handed = {"LISTEN_PID": own, "LISTEN_FDS": "1", "LISTEN_FDNAMES": "untether.socket"}
        os.execvpe(sys.argv[1], sys.argv[1:], {**os.environ, **handed, "SYSTEMD_EXEC_PID": own})
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    print(f"ended with {status}", flush=True)
    if status != 0:
        sys.exit(status)
