import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * Kafka's Java client under transactional load, until its input is closed. "write" prints what it does and what it is told: begin N, committed N, aborted N.
 * "copy" copies a topic record by record, with its offsets in the same transaction.
 */
public final class TransactionalLoad {
    private static final String STRING = "org.apache.kafka.common.serialization.String";
    private static final AtomicBoolean stop = new AtomicBoolean();
    private static final Random random = new Random();

    public static void main(String[] args) throws Exception {
        Thread watch = new Thread(() -> {
            try {
                while (System.in.read() >= 0) { }
            } catch (java.io.IOException ignored) { }
            stop.set(true);
        });
        watch.setDaemon(true);
        watch.start();
        if (args[0].equals("write"))
            write(args[1], args[2], args[3], Integer.parseInt(args[4]), Integer.parseInt(args[5]), args[6]);
        else
            copy(args[1], args[2], args[3], args[4], args[5], args[6]);
    }

    private static void write(String address, String name, String topic, int partitions, int first, String timeout) {
        int number = first;
        while (!stop.get()) {
            KafkaProducer<String, String> producer = producer(address, name, timeout);
            try {
                init(producer);
                while (!stop.get())
                    writeOne(producer, name, topic, partitions, number++);
            } catch (KafkaException problem) {
                System.err.println(name + ": " + problem);
            }
            producer.close(Duration.ZERO);
        }
    }

    private static void writeOne(KafkaProducer<String, String> producer, String name, String topic, int partitions, int number) {
        say("begin " + number);
        int count = 1 + random.nextInt(8);
        producer.beginTransaction();
        try {
            for (int i = 0; i < count; i++)
                producer.send(new ProducerRecord<>(topic, random.nextInt(partitions), null, name + ":" + number + ":" + i + ":" + count));
            if (random.nextInt(6) == 0) {
                abort(producer);
                say("aborted " + number);
            } else {
                commit(producer);
                say("committed " + number);
            }
        } catch (KafkaException problem) {
            System.err.println(name + ": " + problem);
            abort(producer);
            say("aborted " + number);
        }
    }

    private static void copy(String address, String name, String group, String from, String to, String timeout) {
        while (!stop.get()) {
            KafkaProducer<String, String> producer = producer(address, name, timeout);
            try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(consumerOptions(address, group))) {
                init(producer);
                consumer.subscribe(List.of(from));
                while (!stop.get()) {
                    ConsumerRecords<String, String> records = consumer.poll(Duration.ofMillis(200));
                    if (!records.isEmpty())
                        copyOnce(producer, consumer, records, to);
                }
            } catch (KafkaException problem) {
                System.err.println(name + ": " + problem);
            }
            producer.close(Duration.ZERO);
        }
    }

    private static void copyOnce(KafkaProducer<String, String> producer, KafkaConsumer<String, String> consumer, ConsumerRecords<String, String> records, String to) {
        Map<TopicPartition, OffsetAndMetadata> next = new HashMap<>();
        producer.beginTransaction();
        for (ConsumerRecord<String, String> record : records) {
            producer.send(new ProducerRecord<>(to, record.partition(), null, record.partition() + ":" + record.offset()));
            next.put(new TopicPartition(record.topic(), record.partition()), new OffsetAndMetadata(record.offset() + 1));
        }
        producer.sendOffsetsToTransaction(next, consumer.groupMetadata());
        if (random.nextInt(10) > 0) {
            commit(producer);
            return;
        }
        abort(producer);
        for (TopicPartition partition : records.partitions())
            consumer.seek(partition, records.records(partition).get(0).offset());
    }

    // A call that timed out has to be made again: nothing else may come between.
    private static void init(KafkaProducer<String, String> producer) {
        again(producer::initTransactions);
    }

    private static void commit(KafkaProducer<String, String> producer) {
        again(producer::commitTransaction);
    }

    private static void abort(KafkaProducer<String, String> producer) {
        again(producer::abortTransaction);
    }

    private static void again(Runnable call) {
        for (int attempt = 0; ; attempt++) {
            try {
                call.run();
                return;
            } catch (TimeoutException late) {
                if (attempt == 8)
                    throw late;
            }
        }
    }

    private static KafkaProducer<String, String> producer(String address, String name, String timeout) {
        Properties options = new Properties();
        options.put("bootstrap.servers", address);
        options.put("key.serializer", STRING + "Serializer");
        options.put("value.serializer", STRING + "Serializer");
        options.put("transactional.id", name);
        options.put("transaction.timeout.ms", timeout);
        options.put("max.block.ms", "5000");
        options.put("request.timeout.ms", "5000");
        options.put("delivery.timeout.ms", "20000");
        options.put("reconnect.backoff.max.ms", "200");
        return new KafkaProducer<>(options);
    }

    private static Properties consumerOptions(String address, String group) {
        Properties options = new Properties();
        options.put("bootstrap.servers", address);
        options.put("key.deserializer", STRING + "Deserializer");
        options.put("value.deserializer", STRING + "Deserializer");
        options.put("group.id", group);
        options.put("group.protocol", "consumer");
        options.put("enable.auto.commit", "false");
        options.put("auto.offset.reset", "earliest");
        options.put("isolation.level", "read_committed");
        options.put("max.poll.records", String.valueOf(1 + random.nextInt(60)));
        options.put("reconnect.backoff.max.ms", "200");
        return options;
    }

    private static synchronized void say(String line) {
        System.out.println(line);
        System.out.flush();
    }
}
