// roundtrip.js BROKER TOPIC GROUP: produces 500 records to three partitions, plain and gzip, reads them with a group,
// and prints one JSON object on its last line. KafkaJS 2.2.4 speaks the older versions of every API.
const { Kafka, CompressionTypes, logLevel } = require('kafkajs');
const [broker, topic, groupId] = process.argv.slice(2);
const kafka = new Kafka({ clientId: 'kafkajs-lane', brokers: [broker], logLevel: logLevel.ERROR });

(async () => {
  const admin = kafka.admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic, numPartitions: 3 }], waitForLeaders: true });
  const listed = await admin.listTopics();

  const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1 });
  await producer.connect();
  const messages = Array.from({ length: 250 }, (_, i) => ({ key: `k${i % 7}`, value: `v${i}`, headers: { n: String(i) } }));
  const acks = await producer.send({ topic, acks: -1, messages });
  await producer.send({ topic, acks: -1, compression: CompressionTypes.GZIP, messages: messages.map(m => ({ ...m, value: 'z' + m.value })) });
  await producer.disconnect();

  const consumer = kafka.consumer({ groupId });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  const seen = [];
  let headers = 0;
  await new Promise((resolve, reject) => {
    consumer.run({
      eachMessage: async ({ message }) => {
        seen.push(message.value.toString());
        if (message.headers.n) headers++;
        if (seen.length === 500) resolve();
      },
    }).catch(reject);
  });
  await consumer.commitOffsets([]).catch(() => {});
  await consumer.disconnect();

  const offsets = await admin.fetchTopicOffsets(topic);
  const groups = (await admin.listGroups()).groups.map(g => g.groupId);
  const described = await admin.describeGroups([groupId]);
  const configs = await admin.describeConfigs({ includeSynonyms: false, resources: [{ type: 2, name: topic }] });
  await admin.deleteTopics({ topics: [topic] });
  await admin.disconnect();
  console.log(JSON.stringify({
    listed: listed.includes(topic), acks: acks.length, distinct: new Set(seen).size, read: seen.length, headers,
    end: offsets.reduce((sum, p) => sum + Number(p.offset), 0), group: groups.includes(groupId), state: described.groups[0].state,
    retention: configs.resources[0].configEntries.some(e => e.configName === 'retention.ms'),
  }));
})().catch(error => { console.error(error); process.exit(1); });
