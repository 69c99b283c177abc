import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.Message;
import org.apache.kafka.common.protocol.ObjectSerializationCache;

/**
 * Reads lines "Name version hex" and lets Kafka's own message classes judge them: they must read the bytes to the last one and
 * write the same bytes again. For "Name version default hex" an untouched object must write these bytes, or refuse where hex is "-".
 * Prints what differs, and as its last line "N agree, N differ".
 */
public class KafkaClasses {
    private static final String[] PLACES = {
        "org.apache.kafka.common.message.%sData", "org.apache.kafka.common.message.%s", "org.apache.kafka.common.metadata.%s",
        "org.apache.kafka.coordinator.group.generated.%s", "org.apache.kafka.coordinator.transaction.generated.%s",
        "org.apache.kafka.coordinator.share.generated.%s", "org.apache.kafka.raft.generated.%s", "org.apache.kafka.streams.internals.generated.%s"
    };

    private static final Map<String, Class<?>> CLASSES = new HashMap<>();

    public static void main(String[] args) throws Exception {
        int agree = 0;
        int differ = 0;
        for (String line : Files.readAllLines(Path.of(args[0]))) {
            String problem = judge(line.split(" "));
            if (problem == null) {
                agree++;
            } else {
                differ++;
                System.out.println(line.substring(0, Math.min(line.length(), 300)) + "\n  " + problem);
            }
        }

        System.out.println(agree + " agree, " + differ + " differ");
    }

    private static String judge(String[] words) throws Exception {
        Message message = (Message) find(words[0]).getDeclaredConstructor().newInstance();
        short version = Short.parseShort(words[1]);
        boolean isDefault = words.length == 4;
        String expected = words.length > 2 ? words[words.length - 1] : "";
        if (expected.equals("empty")) {
            expected = "";
        }

        try {
            if (!isDefault) {
                ByteBuffer bytes = ByteBuffer.wrap(HexFormat.of().parseHex(expected));
                message.read(new ByteBufferAccessor(bytes), version);
                if (bytes.hasRemaining()) {
                    return bytes.remaining() + " bytes are left";
                }
            }

            String written = write(message, version);
            return written.equals(expected) ? null : "Kafka writes " + written;
        } catch (RuntimeException e) {
            return expected.equals("-") ? null : e.toString();
        }
    }

    private static String write(Message message, short version) {
        ObjectSerializationCache cache = new ObjectSerializationCache();
        ByteBuffer bytes = ByteBuffer.allocate(message.size(cache, version));
        message.write(new ByteBufferAccessor(bytes), cache, version);
        return HexFormat.of().formatHex(bytes.array());
    }

    private static Class<?> find(String name) throws ClassNotFoundException {
        Class<?> known = CLASSES.get(name);
        if (known != null) {
            return known;
        }

        for (String place : PLACES) {
            try {
                Class<?> found = Class.forName(String.format(place, name));
                CLASSES.put(name, found);
                return found;
            } catch (ClassNotFoundException e) {
                // The next place, then.
            }
        }

        throw new ClassNotFoundException(name);
    }
}
