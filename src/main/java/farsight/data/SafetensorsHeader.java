package farsight.data;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.lang.foreign.MemorySegment;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.util.ByteBufferBackedInputStream;

/**
 * The JSON header of a safetensors file, checked against the format's rules and the file's size, so that users of an
 * {@link Entry} may trust its numbers.
 *
 * @param entries the tensors by name, in the order of their data
 * @param metadata the free text of {@code __metadata__}
 */
record SafetensorsHeader(SequencedMap<String, Entry> entries, Map<String, String> metadata) {
    /** The key whose value is free text, not a tensor. */
    static final String METADATA = "__metadata__";

    /** Longest header the format allows, in bytes. */
    static final int MAX_BYTES = 100_000_000;

    /** More axes than any framework allows. */
    private static final int MAX_AXES = 64;

    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            // Names come from the file: keep them out of the process-wide tables.
            .disable(TokenStreamFactory.Feature.INTERN_PROPERTY_NAMES)
            .disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(MAX_BYTES)
                    .maxNameLength(MAX_BYTES)
                    .build())
            .build();

    /**
     * A tensor's bytes: from {@code begin} (inclusive) to {@code end} (exclusive), counted from the first byte after
     * the header.
     */
    record Entry(String name, Dtype dtype, List<Long> shape, long begin, long end) {
        long[] axes() {
            return shape.stream().mapToLong(Long::longValue).toArray();
        }
    }

    /**
     * Reads and validates a header.
     *
     * @param header the header's bytes, without the length before them
     * @param dataBytes the bytes of the file after the header
     * @throws DataException where the header breaks a rule of the format, or does not match the file's length
     */
    static SafetensorsHeader parse(Path path, MemorySegment header, long dataBytes) {
        List<Entry> entries = new ArrayList<>();
        Map<String, String> metadata = new LinkedHashMap<>();
        try (Reader text = utf8(header);
                JsonParser json = JSON.createParser(ObjectReadContext.empty(), text)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw bad(path, "it is not a JSON object");
            }
            while (json.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = json.currentName();
                json.nextToken();
                if (name.equals(METADATA)) {
                    readMetadata(path, json, metadata);
                } else {
                    entries.add(readEntry(path, json, name));
                }
            }
            if (json.nextToken() != null) {
                throw bad(path, "something follows its JSON object");
            }
        } catch (JacksonException e) {
            boolean undecodable = e.getCause() instanceof CharacterCodingException;
            throw bad(path, undecodable ? "it is not valid UTF-8" : "it is not valid JSON: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw InputFiles.failure(path, e);
        }
        entries.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
        checkCover(path, entries, dataBytes);
        SequencedMap<String, Entry> byName = new LinkedHashMap<>();
        entries.forEach(entry -> byName.put(entry.name(), entry));
        return new SafetensorsHeader(
                Collections.unmodifiableSequencedMap(byName), Collections.unmodifiableMap(metadata));
    }

    // Strictly UTF-8: by default Jackson would also guess UTF-16 and UTF-32.
    private static Reader utf8(MemorySegment header) {
        return new InputStreamReader(
                new ByteBufferBackedInputStream(header.asByteBuffer()),
                StandardCharsets.UTF_8
                        .newDecoder()
                        .onMalformedInput(CodingErrorAction.REPORT)
                        .onUnmappableCharacter(CodingErrorAction.REPORT));
    }

    private static void readMetadata(Path path, JsonParser json, Map<String, String> metadata) {
        if (json.currentToken() == JsonToken.VALUE_NULL) {
            return;
        }
        if (json.currentToken() != JsonToken.START_OBJECT) {
            throw bad(path, METADATA + " is not an object of strings");
        }
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            String key = json.currentName();
            if (json.nextToken() != JsonToken.VALUE_STRING) {
                throw bad(path, METADATA + " holds something other than a string for " + DataException.quote(key));
            }
            metadata.put(key, json.getString());
        }
    }

    private static Entry readEntry(Path path, JsonParser json, String name) {
        String tensor = "tensor " + DataException.quote(name);
        if (json.currentToken() != JsonToken.START_OBJECT) {
            throw bad(path, tensor + " is not a JSON object with dtype, shape and data_offsets");
        }
        @Nullable String dtype = null;
        @Nullable List<Long> shape = null;
        @Nullable List<Long> offsets = null;
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            String field = json.currentName();
            JsonToken value = json.nextToken();
            switch (field) {
                case "dtype" -> {
                    if (value != JsonToken.VALUE_STRING) {
                        throw bad(path, tensor + " has a dtype that is not a string");
                    }
                    dtype = json.getString();
                }
                case "shape" -> shape = readNumbers(path, json, tensor, "shape");
                case "data_offsets" -> offsets = readNumbers(path, json, tensor, "data_offsets");
                // The format's own reader skips unknown fields.
                default -> json.skipChildren();
            }
        }
        if (dtype == null || shape == null || offsets == null) {
            String missing = dtype == null ? "dtype" : shape == null ? "shape" : "data_offsets";
            throw bad(path, tensor + " has no " + missing);
        }
        if (offsets.size() != 2) {
            throw bad(path, tensor + " has " + offsets.size() + " data_offsets, expected [begin, end]");
        }
        String unknown = tensor + " has the unknown dtype " + DataException.quote(dtype);
        Dtype known = Dtype.named(dtype).orElseThrow(() -> bad(path, unknown));
        Entry entry = new Entry(name, known, shape, offsets.getFirst(), offsets.getLast());
        checkSize(path, entry, tensor);
        return entry;
    }

    private static List<Long> readNumbers(Path path, JsonParser json, String tensor, String field) {
        String expected = tensor + " has a " + field + " that is not a list of whole numbers >= 0";
        if (json.currentToken() != JsonToken.START_ARRAY) {
            throw bad(path, expected);
        }
        List<Long> numbers = new ArrayList<>(4);
        while (json.nextToken() != JsonToken.END_ARRAY) {
            if (json.currentToken() != JsonToken.VALUE_NUMBER_INT) {
                throw bad(path, expected);
            }
            if (json.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
                throw bad(path, tensor + " has a " + field + " with a number beyond 2^63 - 1");
            }
            if (json.getLongValue() < 0) {
                throw bad(path, expected);
            }
            if (numbers.size() == MAX_AXES) {
                throw bad(path, tensor + " has a " + field + " of more than " + MAX_AXES + " numbers");
            }
            numbers.add(json.getLongValue());
        }
        return List.copyOf(numbers);
    }

    private static void checkSize(Path path, Entry entry, String tensor) {
        String kind = "%s of dtype %s and shape %s".formatted(tensor, entry.dtype(), entry.shape());
        String span = "data_offsets [%d, %d]".formatted(entry.begin(), entry.end());
        if (entry.begin() > entry.end()) {
            throw bad(path, tensor + " has " + span + " whose begin is after its end");
        }
        long bytes;
        try {
            bytes = entry.dtype().bytes(Tensor.elementsOf(entry.axes()));
        } catch (ArithmeticException | DataException e) {
            throw bad(path, kind + " does not come to a whole number of bytes below 2^63");
        }
        if (entry.end() - entry.begin() != bytes) {
            throw bad(
                    path,
                    "%s takes %d bytes, but its %s span %d".formatted(kind, bytes, span, entry.end() - entry.begin()));
        }
    }

    // Sorted by offset, each tensor must begin where the previous one ends, from 0 to the file's end.
    private static void checkCover(Path path, List<Entry> entries, long dataBytes) {
        long end = 0;
        for (Entry entry : entries) {
            if (entry.begin() != end) {
                String fault = entry.begin() > end ? "leaves a hole" : "overlaps the tensor before it";
                throw bad(
                        path,
                        "tensor %s begins at byte %d of the data and %s: expected %d"
                                .formatted(DataException.quote(entry.name()), entry.begin(), fault, end));
            }
            end = entry.end();
        }
        if (end > dataBytes) {
            throw new DataException("%s is truncated: its header describes %d bytes of tensors, the file holds %d"
                    .formatted(path, end, dataBytes));
        }
        if (end < dataBytes) {
            throw new DataException("%s is too long: its header describes %d bytes of tensors, the file holds %d"
                    .formatted(path, end, dataBytes));
        }
    }

    private static DataException bad(Path path, String fault) {
        return new DataException(path + " has a bad safetensors header: " + fault);
    }
}
