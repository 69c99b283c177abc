"""roundtrip.py BROKER TOPIC GROUP: Debian's kafka-python 2.0.2, an old client that guesses the broker's age from its version ranges.

Produces 300 records with each codec that it can load, reads all of them with a group and without one, and prints one JSON object.
"""
import json
import sys

from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import NewTopic
from kafka.codec import has_gzip, has_lz4, has_snappy, has_zstd

broker, topic, group = sys.argv[1:4]
admin = KafkaAdminClient(bootstrap_servers=broker)
admin.create_topics([NewTopic(topic, num_partitions=2, replication_factor=1)])

codecs = [None] + [name for name, has in (("gzip", has_gzip), ("snappy", has_snappy), ("lz4", has_lz4), ("zstd", has_zstd)) if has()]
sent = 0
for codec in codecs:
    producer = KafkaProducer(bootstrap_servers=broker, acks="all", compression_type=codec, linger_ms=5)
    futures = [producer.send(topic, key=b"k%d" % (i % 5), value=b"%s-%d" % (str(codec).encode(), i), headers=[("n", b"%d" % i)]) for i in range(300)]
    producer.flush()
    offsets = {(f.get().partition, f.get().offset) for f in futures}
    assert len(offsets) == 300, "two records were given the same place"
    sent += 300
    producer.close()


def read(consumer):
    seen = []
    for record in consumer:
        seen.append(record.value)
        if len(seen) == sent:
            break
    return seen


in_group = KafkaConsumer(topic, bootstrap_servers=broker, group_id=group, auto_offset_reset="earliest", consumer_timeout_ms=30000)
grouped = read(in_group)
in_group.commit()
committed = sum(in_group.committed(TopicPartition(topic, p)) or 0 for p in range(2))
in_group.close()

alone = KafkaConsumer(bootstrap_servers=broker, auto_offset_reset="earliest", consumer_timeout_ms=30000)
alone.assign([TopicPartition(topic, p) for p in range(2)])
by_hand = read(alone)
end = sum(alone.end_offsets([TopicPartition(topic, p) for p in range(2)]).values())
alone.close()

groups = [name for name, _ in admin.list_consumer_groups()]
print(json.dumps({
    "codecs": [str(c) for c in codecs], "sent": sent, "grouped": len(set(grouped)), "alone": len(set(by_hand)), "committed": committed, "end": end,
    "listed": group in groups, "version": list(admin._client.config["api_version"]),
}))
