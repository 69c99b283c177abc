// roundtrip.js BROKER TOPIC GROUP: produces 600 records to three partitions, plain, compressed and in transactions, reads them with a
// classic group and with a group of the consumer protocol, and prints one JSON object on its last line.
// @platformatic/kafka speaks the newest versions of every API, fetches by topic id and heeds sessions of fetches.
import { Admin, Consumer, Producer, stringDeserializers, stringSerializers } from '@platformatic/kafka'

const [broker, topic, groupId] = process.argv.slice(2)
const options = { clientId: 'platformatic-lane', bootstrapBrokers: [broker] }
const messages = (prefix, count) => Array.from({ length: count }, (_, i) => ({ topic, key: `k${i % 7}`, value: `${prefix}${i}`, headers: { n: String(i) } }))

async function read (group, groupProtocol, wanted) {
  const consumer = new Consumer({ ...options, groupId: group, groupProtocol, deserializers: stringDeserializers, autocommit: false, isolationLevel: 1, maxWaitTime: 100 })
  const stream = await consumer.consume({ topics: [topic], mode: 'committed', fallbackMode: 'earliest' })
  const values = []
  let headers = 0
  for await (const message of stream) {
    values.push(message.value)
    if (message.headers.get('n')) headers++
    await message.commit()
    if (values.length === wanted) break
  }
  await consumer.close(true)
  return { read: values.length, distinct: new Set(values).size, headers, aborted: values.filter(value => value.startsWith('aborted')).length }
}

const admin = new Admin(options)
await admin.createTopics({ topics: [topic], partitions: 3, replicas: 1 })
const listed = (await admin.listTopics()).includes(topic)

const producer = new Producer({ ...options, serializers: stringSerializers, idempotent: true })
await producer.send({ messages: messages('plain', 200), acks: -1 })
for (const compression of ['gzip', 'snappy']) await producer.send({ messages: messages(compression, 100), acks: -1, compression })
await producer.close()

const transactional = new Producer({ ...options, serializers: stringSerializers, idempotent: true, transactionalId: `${groupId}-tx` })
for (const [prefix, ends] of [['first', 'commit'], ['aborted', 'abort'], ['second', 'commit']]) {
  const transaction = await transactional.beginTransaction()
  await transaction.send({ messages: messages(prefix, 100), acks: -1 })
  await transaction[ends]()
}
await transactional.close()

const classic = await read(`${groupId}-classic`, 'classic', 600)
const consumer = await read(`${groupId}-consumer`, 'consumer', 600)
const groups = [...(await admin.listGroups({ types: ['classic', 'consumer'] })).keys()]
await admin.deleteTopics({ topics: [topic] })
await admin.close()
console.log(JSON.stringify({ listed, classic, consumer, groups: groups.filter(group => group.startsWith(groupId)).length }))
