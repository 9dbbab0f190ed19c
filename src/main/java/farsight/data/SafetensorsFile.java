package farsight.data;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A safetensors file, open for reading. The file is mapped, so opening it reads only its header, and a float32 tensor
 * is a view of the file, without a copy.
 *
 * <p>The format (Hugging Face, github.com/huggingface/safetensors): 8 bytes of header length, little-endian; a JSON
 * header with the dtype, shape and byte offsets of each tensor; the tensors' little-endian bytes one after another.
 * {@link #open} checks all rules of the format.
 *
 * <p>Tensors are valid until {@link #close}; reading one afterwards throws {@link IllegalStateException}.
 * {@link Tensor#copy} makes one that stays. Meanwhile no other program may shorten the file.
 */
public final class SafetensorsFile implements AutoCloseable {
    private static final String EXPECTED = "a safetensors file";

    /** The largest number up to which float32 holds every whole number. */
    private static final double MOST_WHOLE = 1 << 24;

    /** Bytes from which releasing pages is worth the call. */
    private static final long WORTH_LETTING_GO = 1 << 14;

    /** Linux's fault_around_bytes. */
    private static final long MAPPED_AROUND = 1 << 16;

    private final Path path;
    private final Arena arena;
    private final MemorySegment data;
    private final SafetensorsHeader header;

    private SafetensorsFile(Path path, Arena arena, MemorySegment data, SafetensorsHeader header) {
        this.path = path;
        this.arena = arena;
        this.data = data;
        this.header = header;
    }

    /**
     * Opens a file and checks its header.
     *
     * @throws DataException in one line where the file is missing, a folder, unreadable, too short, not a safetensors
     *     file, truncated, or has a header that breaks the format's rules
     */
    public static SafetensorsFile open(Path path) {
        Arena arena = Arena.ofShared();
        try {
            MemorySegment file = InputFiles.map(path, EXPECTED, arena);
            long length = headerLength(path, file);
            MemorySegment data = file.asSlice(Long.BYTES + length);
            MemorySegment text = file.asSlice(Long.BYTES, length);
            SafetensorsHeader header = SafetensorsHeader.parse(path, text, data.byteSize());
            return new SafetensorsFile(path, arena, data, header);
        } catch (RuntimeException | Error e) {
            arena.close();
            throw e;
        }
    }

    /** The names of all tensors, in the order of their data in the file. */
    public List<String> names() {
        return List.copyOf(header.entries().sequencedKeySet());
    }

    /** Whether the file holds a tensor of that name. */
    public boolean contains(String name) {
        return header.entries().containsKey(name);
    }

    /**
     * The element type as the file names it: F32, F16, I64, …
     *
     * @throws DataException where there is no such tensor
     */
    public String dtype(String name) {
        return entry(name).dtype().name();
    }

    /**
     * The length of each axis, outermost first.
     *
     * @throws DataException where there is no such tensor
     */
    public long[] shape(String name) {
        return entry(name).axes();
    }

    /** The file's free text, {@code __metadata__}; empty where it has none. */
    public Map<String, String> metadata() {
        return header.metadata();
    }

    /**
     * Checks that {@link #tensor} can read a tensor's dtype, without reading it.
     *
     * @throws DataException where there is no such tensor, or its dtype is not F32, F16 or BF16
     */
    public void checkReadable(String name) {
        checkReadable(name, entry(name));
    }

    private void checkReadable(String name, SafetensorsHeader.Entry entry) {
        if (!LittleEndian.floats(entry.dtype())) {
            throw new DataException("tensor %s in %s has dtype %s, expected F32, F16 or BF16"
                    .formatted(DataException.quote(name), path, entry.dtype()));
        }
    }

    /**
     * A tensor's values as float32: F32 as a view of the file where its alignment allows, F16 and BF16 converted
     * exactly.
     *
     * @throws DataException where there is no such tensor, or its dtype is another
     */
    public Tensor tensor(String name) {
        SafetensorsHeader.Entry entry = entry(name);
        checkReadable(name, entry);
        MemorySegment bytes = data.asSlice(entry.begin(), entry.end() - entry.begin());
        if (entry.dtype() == Dtype.F32 && LittleEndian.isNative(bytes)) {
            return new Tensor(entry.axes(), bytes);
        }
        Tensor copy = Tensor.allocate(entry.axes());
        LittleEndian.floats(entry.dtype(), bytes, copy.values());
        return copy;
    }

    /**
     * Checks that {@link #wholeNumbers} can read a tensor's dtype, without reading it.
     *
     * @throws DataException where there is no such tensor, or its dtype is another
     */
    public void checkWholeNumbers(String name) {
        SafetensorsHeader.Entry entry = entry(name);
        if (!LittleEndian.numbers(entry.dtype())) {
            throw new DataException("tensor %s in %s has dtype %s, expected I64, I32, I16, I8, U8, BOOL or F32"
                    .formatted(DataException.quote(name), path, entry.dtype()));
        }
    }

    /**
     * A tensor's whole numbers, such as labels, as float32 in memory of its own: I64, I32, I16, I8, U8, BOOL, or F32 that
     * holds nothing else.
     *
     * @throws DataException where there is no such tensor, its dtype is another, or a number is not whole or is beyond
     *     ±2^24, where float32 no longer holds every whole number
     */
    public Tensor wholeNumbers(String name) {
        checkWholeNumbers(name);
        SafetensorsHeader.Entry entry = entry(name);
        MemorySegment bytes = data.asSlice(entry.begin(), entry.end() - entry.begin());
        Tensor numbers = Tensor.allocate(entry.axes());
        for (long i = 0; i < numbers.elements(); i++) {
            double value = LittleEndian.number(entry.dtype(), bytes, i);
            if (value != Math.rint(value) || Math.abs(value) > MOST_WHOLE) {
                throw new DataException("tensor %s in %s holds %s at index %d, expected whole numbers within +-2^24"
                        .formatted(
                                DataException.quote(name),
                                path,
                                value == Math.rint(value) ? String.format(Locale.ROOT, "%.0f", value) : value,
                                i));
            }
            numbers.values().setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) value);
        }
        return numbers;
    }

    /**
     * Copies some of a tensor's values as float32 and releases the file's pages that it read. So a tensor larger than
     * the memory can be read piece by piece. Any number of threads may call it.
     *
     * @param first flat, row-major index of the first value
     * @param into room for the wanted number of values, native byte order
     * @throws DataException where there is no such tensor, or its dtype is another
     * @throws IndexOutOfBoundsException where the tensor is too short
     */
    public void read(String name, long first, MemorySegment into) {
        SafetensorsHeader.Entry entry = entry(name);
        checkReadable(name, entry);
        long width = entry.dtype().bytes(1);
        long count = into.byteSize() / Float.BYTES;
        MemorySegment all = data.asSlice(entry.begin(), entry.end() - entry.begin());
        MemorySegment bytes = all.asSlice(first * width, count * width);
        LittleEndian.floats(entry.dtype(), bytes, into);
        if (bytes.isMapped() && bytes.byteSize() >= WORTH_LETTING_GO) {
            // For each requested page the kernel also maps pages around it, including earlier ones.
            long begin = Math.max(0, first * width - MAPPED_AROUND);
            all.asSlice(begin, first * width + bytes.byteSize() - begin).unload();
        }
    }

    /**
     * The single number of a counter: I64, as PyTorch stores {@code num_batches_tracked}, or F32.
     *
     * @throws DataException where there is no such tensor, its dtype is another, or it does not hold exactly one number
     */
    public long counter(String name) {
        SafetensorsHeader.Entry entry = entry(name);
        if (Tensor.elementsOf(entry.axes()) != 1 || (entry.dtype() != Dtype.I64 && entry.dtype() != Dtype.F32)) {
            throw new DataException("tensor %s in %s has dtype %s and shape %s, expected one I64 or F32"
                    .formatted(DataException.quote(name), path, entry.dtype(), Tensor.shapeText(entry.axes())));
        }
        return entry.dtype() == Dtype.I64
                ? data.get(LittleEndian.LONG, entry.begin())
                : (long) tensor(name).get(0);
    }

    /** Releases the mapping; tensors that are views of the file become invalid. */
    @Override
    public void close() {
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }

    private SafetensorsHeader.Entry entry(String name) {
        SafetensorsHeader.@Nullable Entry entry = header.entries().get(name);
        if (entry == null) {
            throw new DataException(
                    "%s holds no tensor %s, only %s".formatted(path, DataException.quote(name), holds()));
        }
        return entry;
    }

    private String holds() {
        List<String> names = names();
        if (names.isEmpty()) {
            return "no tensor at all";
        }
        String first = String.join(
                ", ", names.stream().limit(8).map(DataException::quote).toList());
        return names.size() <= 8 ? first : first + " and " + (names.size() - 8) + " more";
    }

    private static long headerLength(Path path, MemorySegment file) {
        long size = file.byteSize();
        // The shortest file: the length and the header {}.
        if (size < Long.BYTES + 2) {
            throw new DataException(
                    "%s is too short for a safetensors file: %d bytes, expected at least 10".formatted(path, size));
        }
        long length = file.get(LittleEndian.LONG, 0);
        boolean brace = file.get(ValueLayout.JAVA_BYTE, Long.BYTES) == '{';
        // Only the opening brace tells a damaged safetensors file from another kind of file.
        if (!brace) {
            throw new DataException(
                    "%s is not a safetensors file: byte 8 is not the { of a header%s".formatted(path, hint(file)));
        }
        if (length < 2 || length > SafetensorsHeader.MAX_BYTES) {
            throw new DataException("%s has a bad safetensors header: it claims %s bytes, expected 2 to %d"
                    .formatted(path, Long.toUnsignedString(length), SafetensorsHeader.MAX_BYTES));
        }
        if (length > size - Long.BYTES) {
            throw new DataException("%s is truncated: its header has %d bytes, the file ends after %d of them"
                    .formatted(path, length, size - Long.BYTES));
        }
        return length;
    }

    // Files that people most often mistake for a safetensors file.
    private static String hint(MemorySegment file) {
        byte[] start = file.asSlice(0, 8).toArray(ValueLayout.JAVA_BYTE);
        String text = new String(start, StandardCharsets.ISO_8859_1);
        if (text.startsWith("PK\u0003\u0004") || text.startsWith("\u0080\u0002")) {
            return " (it looks like a PyTorch checkpoint: save it with safetensors.torch.save_file)";
        }
        if (text.equals("version ")) {
            return " (it looks like a Git LFS pointer: fetch the file itself)";
        }
        return "";
    }
}
