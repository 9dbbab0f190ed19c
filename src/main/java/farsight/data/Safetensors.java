package farsight.data;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** Writes and reads whole safetensors files as maps of tensors. */
public final class Safetensors {
    private static final JsonFactory JSON = new JsonFactory();
    private static final int CHUNK = 1 << 20;
    private static final ValueLayout.OfInt WORD = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private Safetensors() {}

    /**
     * Writes tensors as F32, in the map's order, whole or not at all (see {@link OutputFiles#write}). The same tensors
     * and text give the same bytes. Needs memory for the header only.
     *
     * @param path the file; replaced where it exists
     * @param tensors by name
     * @param metadata free text for {@code __metadata__}, left out where empty
     * @throws DataException where the file cannot be written, a tensor is named {@code __metadata__}, a name is not
     *     valid Unicode, or the header exceeds the format's 100,000,000 bytes
     * @throws OutputException where the disk is full, or fails otherwise
     */
    public static void write(Path path, SequencedMap<String, Tensor> tensors, Map<String, String> metadata) {
        write(path, tensors, new TreeMap<>(), metadata);
    }

    /**
     * As above, followed by integers as I32 tensors with one axis.
     *
     * @param numbers by names that no tensor has
     * @throws DataException as above
     */
    public static void write(
            Path path,
            SequencedMap<String, Tensor> tensors,
            SequencedMap<String, int[]> numbers,
            Map<String, String> metadata) {
        try (OutputBatch batch = new OutputBatch()) {
            add(batch, path, tensors, numbers, metadata);
            batch.commit();
        }
    }

    /**
     * As above, as part of a batch of files.
     *
     * @throws DataException as above
     * @throws OutputException where the disk is full, or fails otherwise
     */
    public static void add(
            OutputBatch batch,
            Path path,
            SequencedMap<String, Tensor> tensors,
            SequencedMap<String, int[]> numbers,
            Map<String, String> metadata) {
        SequencedMap<String, TensorStream> streams = new LinkedHashMap<>();
        tensors.forEach((name, t) -> streams.put(name, TensorStream.of(t)));
        addStreams(batch, path, streams, numbers, metadata);
    }

    /**
     * Writes tensors whose values are produced while writing, so that none needs to be whole in memory.
     *
     * @throws DataException as with tensors
     * @throws OutputException where the disk is full, or fails otherwise
     */
    public static void writeStreams(
            Path path,
            SequencedMap<String, TensorStream> tensors,
            SequencedMap<String, int[]> numbers,
            Map<String, String> metadata) {
        try (OutputBatch batch = new OutputBatch()) {
            addStreams(batch, path, tensors, numbers, metadata);
            batch.commit();
        }
    }

    /**
     * As above, as part of a batch of files.
     *
     * @throws DataException as with tensors
     * @throws OutputException where the disk is full, or fails otherwise
     */
    public static void addStreams(
            OutputBatch batch,
            Path path,
            SequencedMap<String, TensorStream> tensors,
            SequencedMap<String, int[]> numbers,
            Map<String, String> metadata) {
        SequencedMap<String, Stored> all = new LinkedHashMap<>();
        tensors.forEach((name, t) -> all.put(name, new Stored(Dtype.F32, t)));
        numbers.forEach((name, n) -> all.put(
                name,
                new Stored(
                        Dtype.I32,
                        new TensorStream(new long[] {n.length}, to -> to.accept(MemorySegment.ofArray(n))))));
        if (all.containsKey(SafetensorsHeader.METADATA)) {
            throw new DataException("cannot write %s: the format reserves the name %s, expected another"
                    .formatted(path, SafetensorsHeader.METADATA));
        }
        batch.add(path, out -> {
            byte[] header = header(all, metadata);
            if (header.length > SafetensorsHeader.MAX_BYTES) {
                throw new IOException("the header takes %d bytes, the format allows %d"
                        .formatted(header.length, SafetensorsHeader.MAX_BYTES));
            }
            ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            out.write(length.putLong(header.length).array());
            out.write(header);
            for (Stored stored : all.values()) {
                stored.stream().values().writeTo(words -> writeValues(out, words));
            }
        });
    }

    /** Content under one name: words of 32 bits. */
    private record Stored(Dtype dtype, TensorStream stream) {}

    /**
     * Reads all tensors of a file into their own memory, in the order of the file.
     *
     * @throws DataException as {@link SafetensorsFile#open} and {@link SafetensorsFile#tensor}
     */
    public static SequencedMap<String, Tensor> read(Path path) {
        try (SafetensorsFile file = SafetensorsFile.open(path)) {
            SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
            for (String name : file.names()) {
                tensors.put(name, file.tensor(name).copy());
            }
            return tensors;
        }
    }

    private static byte[] header(SequencedMap<String, Stored> tensors, Map<String, String> metadata)
            throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), bytes)) {
            json.writeStartObject();
            if (!metadata.isEmpty()) {
                json.writeObjectPropertyStart(SafetensorsHeader.METADATA);
                // Sorted, so that unordered maps give the same bytes each time.
                for (Map.Entry<String, String> entry : new TreeMap<>(metadata).entrySet()) {
                    json.writeStringProperty(unicode(entry.getKey()), unicode(entry.getValue()));
                }
                json.writeEndObject();
            }
            long begin = 0;
            for (Map.Entry<String, Stored> entry : tensors.entrySet()) {
                long end = Math.addExact(begin, entry.getValue().stream().bytes());
                json.writeObjectPropertyStart(unicode(entry.getKey()));
                json.writeStringProperty("dtype", entry.getValue().dtype().name());
                writeNumbers(json, "shape", entry.getValue().stream().shape());
                writeNumbers(json, "data_offsets", begin, end);
                json.writeEndObject();
                begin = end;
            }
            json.writeEndObject();
        }
        // Padded with spaces to a multiple of 8, so that a mapped file's floats are aligned.
        while (bytes.size() % Long.BYTES != 0) {
            bytes.write(' ');
        }
        return bytes.toByteArray();
    }

    // UTF-8 cannot encode half of a surrogate pair, and two such names could become one.
    private static String unicode(String text) throws IOException {
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            throw new IOException(DataException.quote(text) + " is not valid Unicode text");
        }
        return text;
    }

    private static void writeNumbers(JsonGenerator json, String field, long... numbers) {
        json.writeArrayPropertyStart(field);
        for (long number : numbers) {
            json.writeNumber(number);
        }
        json.writeEndArray();
    }

    private static void writeValues(OutputStream out, MemorySegment values) throws IOException {
        byte[] chunk = new byte[(int) Math.min(CHUNK, values.byteSize())];
        for (long at = 0; at < values.byteSize(); at += CHUNK) {
            int length = (int) Math.min(CHUNK, values.byteSize() - at);
            MemorySegment.copy(
                    values, ValueLayout.JAVA_INT, at, MemorySegment.ofArray(chunk), WORD, 0, length / Float.BYTES);
            out.write(chunk, 0, length);
        }
    }
}
