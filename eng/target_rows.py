"""The rows of `eng/benchmarks targets`: what one broker does with many partitions, many connections, a large folder, and what a gigabyte costs it.

Load comes from Kafka's own ProducerPerformance and ConsumerPerformance, through the peers' broker-bench. What takes the broker less time than a Java client needs to start (creating topics, the
first answer after a start) is asked over a plain socket, in the same bytes for every broker.
"""
import resource, shutil, signal, socket, struct, time
from pathlib import Path

PARTITIONS, IDLE = 2000, 5000
MANY_PARTITIONS = ["linger.ms=20", "buffer.memory=134217728", "partitioner.class=org.apache.kafka.clients.producer.RoundRobinPartitioner"]
CREATE_TOPICS, LIST_OFFSETS, API_VERSIONS = (19, 4), (2, 1), (18, 0)
LATEST = -1
METRICS = {                                                     # what is shown of a row, and whether more is better
    "idle-5000": [("kept", True), ("kib_per_connection", False), ("idle_records_per_s", True)],
    "bulk-1024": [("produce_cpu_s_per_gb", False), ("fetch_cpu_s_per_gb", False), ("produced_records_per_s", True), ("fetched_records_per_s", True)],
    "create-2000": [("answered_s", False), ("usable_s", False), ("server_cpu_s", False)],
    "spread-2000-acks1": [("records_per_s", True), ("server_cpu_us_per_record", False)],
    "spread-2000-acksall": [("records_per_s", True), ("server_cpu_us_per_record", False)],
    "recover-2100": [("answered_s", False), ("usable_s", False), ("server_cpu_s", False), ("lost_records", False)],
    "restart-2100": [("stop_s", False), ("answered_s", False), ("usable_s", False), ("server_cpu_s", False), ("rss_mib", False)],
}


# ---- a client of three requests, for what is over before a Java client has started -------------------------------------------
def text(s):
    return struct.pack(">h", len(s)) + s.encode()


def ask(connection, api, body=b""):
    """Sends one request and returns the body of its answer."""
    head = struct.pack(">hhi", *api, 7) + text("bench")
    connection.sendall(struct.pack(">i", len(head) + len(body)) + head + body)
    size = struct.unpack(">i", exactly(connection, 4))[0]
    return exactly(connection, size)[4:]


def exactly(connection, count):
    got = bytearray()
    while len(got) < count:
        more = connection.recv(count - len(got))
        if not more:
            raise ConnectionError("the broker closed the connection")
        got += more
    return bytes(got)


def connect(port):
    connection = socket.create_connection(("127.0.0.1", port), 60)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def create(port, topic, partitions):
    body = struct.pack(">i", 1) + text(topic) + struct.pack(">ihii", partitions, 1, 0, 0) + struct.pack(">i?", 60000, False)
    with connect(port) as connection:
        answer = ask(connection, CREATE_TOPICS, body)
    code = struct.unpack_from(">h", answer, 8 + 2 + len(topic))[0]
    if code:
        raise RuntimeError(f"creating {topic} failed with error {code}")


def ends(port, topics):
    """The number of offsets of all partitions together, or None while one of them has no leader."""
    body = struct.pack(">ii", -1, len(topics))
    for topic, partitions in topics.items():
        body += text(topic) + struct.pack(">i", partitions) + b"".join(struct.pack(">iq", p, LATEST) for p in range(partitions))
    with connect(port) as connection:
        answer = ask(connection, LIST_OFFSETS, body)
    total, at = 0, 4
    for _ in topics:
        at += 2 + struct.unpack_from(">h", answer, at)[0]
        count = struct.unpack_from(">i", answer, at)[0]
        at += 4
        for _ in range(count):
            _, code, _, offset = struct.unpack_from(">ihqq", answer, at)
            at += 22
            if code:
                return None
            total += offset
    return total


def usable(port, topics, limit=120):
    """Waits until every partition has a leader that answers; returns the number of their offsets."""
    end = time.perf_counter() + limit
    while time.perf_counter() < end:
        try:
            if (found := ends(port, topics)) is not None:
                return found
        except OSError:
            pass
        time.sleep(0.02)
    raise RuntimeError(f"after {limit} s there are partitions without a leader")


# ---- the rows ----------------------------------------------------------------------------------------------------------------
class Side:
    """One broker, in a fresh folder, through all rows: each builds on what the rows before left behind."""

    def __init__(self, bench, command, port, tmp, name, scale):
        self.bench, self.port, self.name, self.scale = bench, port, name, scale
        self.tmp, self.topics, self.rows = tmp, {}, {}
        self.broker = bench.Broker(command, port, Path(tmp) / name)

    def run(self, only):
        self.broker.start()
        try:
            self.attach()
            for row, method in (("idle-5000", self.idle), ("bulk-1024", self.bulk), ("create-2000", self.create), ("spread-2000-acks1", lambda: self.spread("1")),
                                ("spread-2000-acksall", lambda: self.spread("all")), ("recover-2100", self.recover), ("restart-2100", self.restart)):
                if not only or row in only:
                    self.rows[row] = method()
                    print(f"  {self.name:10s} {row:20s} " + "  ".join(f"{k}={v:.4g}" for k, v in self.rows[row].items()), flush=True)
            return self.rows
        finally:
            self.broker.stop()
            shutil.rmtree(self.broker.dir, ignore_errors=True)

    def attach(self):
        self.runner = self.bench.Runner(self.broker.bootstrap, self.broker.pid, self.broker.dir, self.tmp)

    def cpu(self):
        return self.bench.cpu(self.broker.pid)

    def records(self, count):
        return max(20_000, int(count * self.scale))

    def topic(self, name, partitions):
        create(self.port, name, partitions)
        self.topics[name] = partitions
        usable(self.port, self.topics)

    def idle(self):
        """A busy producer alone, beside idle connections, and alone again."""
        _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        self.topic("busy", 12)
        self.busy()                                             # warms the broker up
        before = self.busy()
        resident = self.bench.status_mib(self.broker.pid)
        connections = []
        try:
            for _ in range(IDLE):
                connections.append(connect(self.port))
                ask(connections[-1], API_VERSIONS)
            time.sleep(1)
            grown = self.bench.status_mib(self.broker.pid) - resident
            beside = self.busy()
            for connection in connections[:: IDLE // 50]:
                ask(connection, API_VERSIONS)                   # still there
        finally:
            for connection in connections:
                connection.close()
        after = self.busy()
        return {"kept": beside / ((before + after) / 2), "kib_per_connection": max(0.0, grown * 1024 / IDLE), "idle_records_per_s": beside, "alone_before": before, "alone_after": after}

    def busy(self):
        return self.runner.produce("busy", self.records(2_500_000), 100, "1")["records_per_s"]

    def bulk(self):
        """What a gigabyte of 1 KB records costs the broker, in batches of 256 KB; the second of two readings counts."""
        count = self.records(1_500_000)
        gigabytes = count * 1024 / 1e9
        self.topic("bulk", 12)
        began = self.cpu()
        made = self.runner.produce("bulk", count, 1024, "1")["records_per_s"]
        produced = self.cpu() - began
        for turn in range(2):
            began = self.cpu()
            out, _, _ = self.bench.java("org.apache.kafka.tools.ConsumerPerformance", "--bootstrap-server", self.broker.bootstrap, "--topic", "bulk", "--num-records", count, "--hide-header",
                                        "--group", f"bulk-{turn}", "--reporting-interval", 1_000_000, "--timeout", 20000)
            fetched = self.cpu() - began
        read = float([line for line in out.splitlines() if line.count(",") >= 9][-1].split(",")[9])
        return {"produce_cpu_s_per_gb": produced / gigabytes, "fetch_cpu_s_per_gb": fetched / gigabytes, "produced_records_per_s": made, "fetched_records_per_s": read}

    def partitions(self):
        if "many" not in self.topics:
            self.create()

    def create(self):
        """One request for a topic of 2,000 partitions: until it is answered, and until each of them has a leader that answers."""
        began, used = time.perf_counter(), self.cpu()
        create(self.port, "many", PARTITIONS)
        answered = time.perf_counter() - began
        usable(self.port, {"many": PARTITIONS})
        took = time.perf_counter() - began
        self.topics["many"] = PARTITIONS
        result = {"answered_s": answered, "usable_s": took, "server_cpu_s": self.cpu() - used}
        self.topic("few", 100)
        return result

    def spread(self, acks):
        """Records of 100 bytes, each to the next of 2,000 partitions."""
        self.partitions()
        count = self.records(500_000)
        began = self.cpu()
        made = self.runner.produce("many", count, 100, acks, props=MANY_PARTITIONS)["records_per_s"]
        return {"records_per_s": made, "server_cpu_us_per_record": (self.cpu() - began) * 1e6 / count}

    def recover(self):
        """Kill -9, and a start that finds all that was acknowledged."""
        self.partitions()
        before = usable(self.port, self.topics)
        self.broker.stop(signal.SIGKILL)
        result, after = self.start()
        return {**result, "lost_records": float(before - after)}

    def restart(self):
        """An orderly stop and a start."""
        self.partitions()
        stopped = self.broker.stop()
        result, _ = self.start()
        return {"stop_s": stopped, **result, "rss_mib": self.bench.status_mib(self.broker.pid)}

    def start(self):
        began = time.perf_counter()
        answered = self.broker.start()
        found = usable(self.port, self.topics)
        took = time.perf_counter() - began
        self.attach()
        return {"answered_s": answered, "usable_s": took, "server_cpu_s": self.cpu()}, found
